"""The part of a text that answers a query, with the words of the query marked."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.search.text import HAN, IS_HAN, RUN, fold_with_origins, terms

CHUNK = 20_000  # a long document is read in parts, up to the first that holds a word of the query
OVERLAP = 100
MOST_MARKS = 200  # in one chunk
LEAD = 4  # one part in four of an excerpt stands before the first marked word

Span = tuple[int, int]


def excerpt(text: str, query: str, length: int = 120) -> SafeString:
    """Return about `length` characters of the text around the words of the query, escaped, the words in <mark>.

    Without any of the words in the text it is the beginning. Blanks and line ends become single blanks.
    """
    clean = " ".join(text.split())
    spans, shift = _first_found(clean, terms(query))
    start, end = _window(len(clean), [(first + shift, last + shift) for first, last in spans], length)
    inside = [(first + shift, last + shift) for first, last in spans if start <= first + shift and last + shift <= end]
    marked = _marked(clean, inside, start, end)
    return format_html("{}{}{}", "…" if start else "", marked, "…" if end < len(clean) else "")


def highlight(text: str, query: str) -> SafeString:
    """Return the whole of a short text, such as a title, escaped, with the words of the query in <mark>."""
    return _marked(text, _spans(text, terms(query)), 0, len(text))


def _first_found(text: str, words: list[str]) -> tuple[list[Span], int]:
    for start in range(0, len(text), CHUNK):
        spans = _spans(text[start : start + CHUNK + OVERLAP], words)
        if spans:
            return spans, start
    return [], 0


def _spans(text: str, words: list[str]) -> list[Span]:
    """Return where the words stand in the text as it was written, without overlaps, in order."""
    if not text or not words:
        return []
    folded, origins = fold_with_origins(text)
    found = [span for word in words for span in _matches(folded, word)]
    return _joined((origins[first], origins[last - 1] + 1) for first, last in found)


def _matches(folded: str, word: str) -> list[Span]:
    """Return the places of a word, or else those of its runs, or else those of their pairs of characters."""
    for pieces in ([word], RUN.findall(word), _pairs(word)):
        spans = [match.span() for piece in pieces for match in islice(_pattern(piece).finditer(folded), MOST_MARKS)]
        if spans:
            return spans
    return []


@lru_cache(maxsize=500)
def _pattern(piece: str) -> re.Pattern[str]:
    """Characters are marked anywhere, but "art" not in "party", nor 17 in 2017."""
    before, after = _same_kind(piece[0]), _same_kind(piece[-1])
    return re.compile(rf"(?<!{before}){re.escape(piece)}(?!{after})")


def _same_kind(character: str) -> str:
    if IS_HAN.match(character):
        return "[^\\s\\S]"  # nothing
    return r"\d" if character.isdigit() else rf"[^\W\d_{HAN}]"


def _pairs(word: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(word) if IS_HAN.match(pair[0]) and IS_HAN.match(pair[1])]


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _window(size: int, spans: list[Span], length: int) -> Span:
    """Return the window of that length which holds the most marks, the first of several."""
    if size <= length or not spans:
        return 0, min(size, length)
    best, most = 0, 0
    for first, _ in spans[:MOST_MARKS]:
        start = max(0, min(first - length // LEAD, size - length))
        inside = sum(start <= begin and end <= start + length for begin, end in spans[:MOST_MARKS])
        if inside > most:
            best, most = start, inside
    return best, best + length


def _marked(text: str, spans: list[Span], start: int, end: int) -> SafeString:
    pieces: list[str] = []
    for first, last in spans:
        pieces += [text[start:first], format_html("<mark>{}</mark>", text[first:last])]
        start = last
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[start:end]]))
