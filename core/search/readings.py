"""How titles are read in pinyin: whoever forgets to switch the keyboard types gongwen, or gwxz, and means 公文写作."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from core.search.text import HAN

PIECE = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+|\d+")
MOST_PIECES = 40  # of one title
LONGEST = 64
FEWEST_INITIALS = 3  # two letters stand for too much
LATIN = re.compile(r"[a-z0-9]+")


class Piece(NamedTuple):
    """A character, a word or a number as it stands in the text, and its reading."""

    start: int
    end: int
    reading: str


def pieces(text: str) -> list[Piece]:
    """Return what can be read, each character by the words it stands in: 银行 yin hang, 行政 xing zheng."""
    readings = _readings(text)
    found = list(PIECE.finditer(text))[:MOST_PIECES]
    return [Piece(*match.span(), "".join(readings[match.start() : match.end()]).lower()) for match in found]


def _readings(text: str) -> list[str]:
    from pypinyin import Style, pinyin  # loads its dictionaries, which not every process needs

    return [item[0] for item in pinyin(text, style=Style.NORMAL, errors=_one_by_one)]


def _one_by_one(characters: str) -> Any:
    """One reading for each character; the library's own types know of one string only."""
    return list(characters)


def letters(text: str) -> str:
    """Return the letters of the reading, without blanks: 公文 xiezuo → gongwenxiezuo."""
    return "".join(piece.reading for piece in pieces(text))[:LONGEST]


def title_readings(title: str) -> str:
    """Return what the index keeps: the reading from each character on, and the initials from each character on."""
    read = [piece.reading for piece in pieces(title)]
    sounds = ["".join(read[place:])[:LONGEST] for place in range(len(read))]
    initials = "".join(reading[0] for reading in read)
    return " ".join([*sounds, *(initials[place:] for place in range(len(initials) - 1))])


def part_read_as(title: str, wanted: str) -> str:
    """Return the part of the title that is read so, or has these initials; empty if there is none."""
    read = pieces(title)
    return _part(title, read, [piece.reading for piece in read], wanted) or (
        _part(title, read, [piece.reading[0] for piece in read], wanted) if len(wanted) >= FEWEST_INITIALS else ""
    )


def _part(title: str, read: list[Piece], readings: list[str], wanted: str) -> str:
    for first in range(len(read)):
        sound = ""
        for last in range(first, len(read)):
            sound += readings[last]
            if sound.startswith(wanted):
                return title[read[first].start : read[last].end]
            if not wanted.startswith(sound):
                break
    return ""
