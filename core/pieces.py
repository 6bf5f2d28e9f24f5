"""Pieces of a line in whole numbers: of a time, of a film. [[0, 10], [30, 45]] is sorted, and no two pieces touch.

Joining is a union, so it does not matter in which order pieces come, or how often.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Piece = Sequence[int]
Pieces = Iterable[Piece]


def join(*sets: Pieces) -> list[list[int]]:
    """Return everything that lies in one of the sets. Empty pieces vanish, pieces that touch become one."""
    joined: list[list[int]] = []
    for begin, end in sorted((piece[0], piece[1]) for pieces in sets for piece in pieces):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end])
    return joined


def length(pieces: Pieces) -> int:
    """Return how much the pieces cover; they must not overlap."""
    return sum(end - begin for begin, end in pieces)


def within(pieces: Pieces, low: int, high: int) -> list[list[int]]:
    """Return what lies between the two points."""
    return join([(max(begin, low), min(end, high)) for begin, end in pieces])


def from_the_start(pieces: Pieces, *, gap: int) -> list[list[int]]:
    """Return the pieces that can be reached from 0 without leaping over more than `gap`."""
    reached: list[list[int]] = []
    end = 0
    for piece in join(pieces):
        if piece[0] > end + gap:
            break
        reached.append(piece)
        end = piece[1]
    return reached
