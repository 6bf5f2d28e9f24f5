"""What somebody may have meant: pinyin for characters, characters that sound alike, one wrong character.

Suggestions are pieces of titles that the reader may open, so each of them finds something and none of them tells
anything new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import takewhile

from core.search.across import across
from core.search.readings import letters, part_read_as
from core.search.text import fold, runs
from home.selectors.search import Reach

LATIN = re.compile(r"[a-z0-9\s']+", re.IGNORECASE)
TITLES = 30  # that are looked at
MOST = 3
FEWEST_LETTERS = 3
FEWEST_CHARACTERS = 3  # of two, one wrong leaves nothing to go by


def meant(query: str, within: Reach, *, found: int) -> list[str]:
    """Return other words for the query: for letters always, for characters only if they found nothing."""
    is_latin = LATIN.fullmatch(fold(query)) is not None
    if found and not is_latin:
        return []
    wanted = letters(fold(query))
    sounding = _sounding(wanted, within) if len(wanted) >= FEWEST_LETTERS else []
    return sounding or ([] if is_latin else _nearly(query, within))


def _sounding(wanted: str, within: Reach) -> list[str]:
    titles = _titles(wanted, within, is_typing=True)
    parts = (part_read_as(title, wanted) for title in titles)
    return _best(part for part in parts if len(part) > 1 and fold(part) != wanted)


def _nearly(query: str, within: Reach) -> list[str]:
    """Titles that share pairs of characters with the query, and hold all of it but one character."""
    wanted = "".join(runs(query))
    if not FEWEST_CHARACTERS <= len(wanted) <= 20:
        return []
    return _best(near(title, wanted) for title in _titles(wanted, within, operator="or"))


def _titles(query: str, within: Reach, *, is_typing: bool = False, operator: str = "and") -> list[str]:
    found = across(query, within.pages.only("title"), is_typing=is_typing, operator=operator)
    return [page.title for page in found.objects(0, TITLES)]


def _best(parts: Iterable[str]) -> list[str]:
    """The most frequent first."""
    return [part for part, _ in Counter(part for part in parts if part).most_common(MOST)]


def near(title: str, wanted: str) -> str:
    """Return the part of the title that differs from the query in one character, which may also lack or be too many."""
    folded = fold(title)
    lengths = () if wanted in folded else (len(wanted) + 1, len(wanted), len(wanted) - 1)
    for length in lengths:
        for start in range(len(folded) - length + 1):
            part = folded[start : start + length]
            if _is_one_off(part, wanted):
                return part
    return ""


def _is_one_off(part: str, wanted: str) -> bool:
    """Compare what follows the equal beginning: one character is skipped in the longer, or in both."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(part, wanted, strict=False))
    same = sum(1 for _ in pairs)
    longer, shorter = sorted((part[same:], wanted[same:]), key=len, reverse=True)
    return bool(longer) and longer[1:] == shorter[len(longer) == len(shorter) :]
