"""How text becomes terms that an index without a dictionary can find: folding, and overlapping pairs of characters.

Folding works character by character, so that a part of a text always folds to a part of the folded text: whatever
stands in a text is found by any piece of it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[^\W\d_{HAN}]+|\d+")
WORD = re.compile(r"[^\W_]+")
IS_HAN = re.compile(rf"[{HAN}]")
# Characters younger than SQLite's table of letters, which would take them for blanks. They do occur in names.
YOUNG_HAN = re.compile("[\u4db6-\u4dbf\u9fa6-\u9fff\U0002a6d7-\U0003ffff]")
LONGEST_WORD = 64
MOST_TERMS = 64  # of one query: a sentence; what follows narrows nothing any more
LONGEST_QUERY = 1000


class Term(NamedTuple):
    """What the index is asked for: a pair, a word, a number, or whatever begins with `text`."""

    text: str
    is_prefix: bool = False


class _Folding(dict[int, str]):
    """For `str.translate`: every character is worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_FOLDING = _Folding()


@cache
def _simplified() -> dict[int, str]:
    """The simplified form of each traditional character that stands alone: 後 → 后, 乾 → 干."""
    import opencc  # loads its dictionaries, which not every process needs

    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x2A6E0))]
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new and len(new) == 1}


def _fold_character(character: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if unicodedata.category(part) != "Mn")
    lower = unicodedata.normalize("NFKC", plain.casefold())
    return lower.translate(_simplified()) if IS_HAN.search(lower) else lower


def fold(text: str) -> str:
    """Return text as it is compared: half-width, lower case, without accents, simplified characters.

    ２０２６年《人民調解法》 → 2026年《人民调解法》. The result may be shorter or longer: see `fold_with_origins`.
    """
    return text.translate(_FOLDING)


def fold_with_origins(text: str) -> tuple[str, "list[int] | range"]:
    """Return the folded text and, for each of its characters and for its end, the place in the text it came from."""
    folded = fold(text)
    if all(len(_FOLDING[ord(character)]) == 1 for character in set(text)):
        return folded, range(len(text) + 1)
    origins = [place for place, character in enumerate(text) for _ in _FOLDING[ord(character)]]
    return folded, [*origins, len(text)]


def _grams(run: str) -> list[str]:
    """社区矫正 → 社区 区矫 矫正 正. With its last character alone, any single one is some term's beginning."""
    return [*(run[place : place + 2] for place in range(len(run) - 1)), run[-1]]


def _spelled(text: str) -> str:
    return YOUNG_HAN.sub(lambda young: f"u{ord(young[0]):x}", text)


def runs(text: str) -> list[str]:
    """Return the folded runs of characters, letters and digits: Excel2019入门（上） → excel, 2019, 入门, 上."""
    return RUN.findall(fold(text))


def index_text(text: str) -> str:
    """Return the text as the terms that the index keeps, in the order of the text, separated by blanks."""
    terms: list[str] = []
    for run in runs(text):
        if IS_HAN.match(run):
            terms.extend(_grams(run))
        else:
            terms.append(run[:LONGEST_WORD])
    return _spelled(" ".join(terms))


def query_terms(query: str, *, is_typing: bool = False) -> list[Term]:
    """Return the terms that a text must hold to be found, at most 64; none if the query has no letter or digit.

    A single character stands for every pair that it begins. While somebody is still typing, the last word is only
    the beginning of a word.
    """
    found = runs(query[:LONGEST_QUERY])
    terms: list[Term] = []
    for run in found[:MOST_TERMS]:
        terms.extend(_run_terms(run))
    if is_typing and terms:
        terms[-1] = Term(terms[-1].text, is_prefix=True)
    return list(dict.fromkeys(terms[:MOST_TERMS]))


def _run_terms(run: str) -> Iterator[Term]:
    if not IS_HAN.match(run):
        yield Term(run[:LONGEST_WORD])
    elif len(run) == 1:
        yield Term(_spelled(run), is_prefix=True)
    else:
        yield from (Term(_spelled(pair)) for pair in _grams(run)[:-1])


def phrase_terms(phrase: str) -> list[Term]:
    """Return the terms of a phrase in their order, as they follow each other in a text that holds the phrase.

    Inside the phrase a run of characters ends with its last one, as in the index; at the end it may go on.
    """
    found = runs(phrase[:LONGEST_QUERY])
    terms = [Term(term) for run in found[:-1] for term in index_text(run).split()]
    terms.extend(_run_terms(found[-1]) if found else ())
    return terms[:MOST_TERMS]


def terms(query: str) -> list[str]:
    """Return the folded words of a query that are worth marking in a text, the longest first, each once.

    第17条 is one of them, although the index knows it as three terms.
    """
    return sorted(dict.fromkeys(WORD.findall(fold(query[:LONGEST_QUERY]))[:MOST_TERMS]), key=len, reverse=True)
