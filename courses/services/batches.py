"""What a page says about studying, read and held against what is possible.

A page carries a ticket: the moment at which the server sent it, signed for this person and this lesson. It bounds every
claim of the page without asking the database: nobody studied before the page was there, nor after now, and no film
runs faster than it can be played. So a batch means the same whenever it arrives.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from core.pieces import join, length, within
from courses.errors import BatchRefused
from courses.models import LessonPage
from courses.models.progress import MAX_RATE
from people.models import User

KEPT = datetime.timedelta(days=14)  # how long a page may stand open, or a batch wait for the network
SLACK = 5  # seconds by which clocks may differ
MOST_PIECES, MOST_CLIPS, LONGEST_FILM = 200, 40, 12 * 60 * 60


@dataclass(frozen=True)
class ClipClaim:
    """One film: where it stands since the moment `at` (milliseconds), and what of it was played; in seconds."""

    at: int
    position: int
    duration: int
    played: list[list[int]]


@dataclass(frozen=True)
class Batch:
    """A claim that is possible. `opened` and `time` are seconds on the server's clock."""

    opened: int
    time: list[list[int]]
    reached: int
    clips: dict[str, ClipClaim]

    @property
    def last(self) -> int:
        """The last second of which the batch speaks."""
        return max(
            [self.opened, *(piece[1] for piece in self.time), *(clip.at // 1000 for clip in self.clips.values())]
        )


def ticket(person: User, lesson: LessonPage, at: datetime.datetime) -> str:
    """Return what the page hands back with each batch."""
    return _signer(person, lesson).sign(str(int(at.timestamp())))


def read(data: Any, *, person: User, lesson: LessonPage, at: datetime.datetime) -> Batch:
    """Read {"ticket", "time": [[from, to]], "reached", "clips": {block: {"at", "position", "duration", "played"}}}.

    Films that the lesson does not have (any more) are left out. Raises BatchRefused.
    """
    if not isinstance(data, Mapping):
        raise BatchRefused
    opened, now = _opened(data.get("ticket"), person, lesson, at), int(at.timestamp())
    claimed = data.get("clips", {})
    if not isinstance(claimed, Mapping) or len(claimed) > MOST_CLIPS:
        raise BatchRefused
    clips = {key: _clip(claimed[key], opened, now) for key in lesson.clips if key in claimed}
    if sum(length(clip.played) for clip in clips.values()) > MAX_RATE * (now - opened) + SLACK:
        raise BatchRefused(_("More was played than there was time for."))
    time = _pieces(data.get("time", []), high=now + SLACK)
    return Batch(opened, within(time, opened, now), _number(data.get("reached", 0), high=100), clips)


def _signer(person: User, lesson: LessonPage) -> Signer:
    return Signer(salt=f"courses.study.{person.pk}.{lesson.pk}")


def _opened(signed: Any, person: User, lesson: LessonPage, at: datetime.datetime) -> int:
    try:
        opened = int(_signer(person, lesson).unsign(str(signed)))
    except (BadSignature, ValueError):  # the latter: what is no text
        raise BatchRefused from None
    if not at - KEPT <= datetime.datetime.fromtimestamp(opened, datetime.UTC) <= at:
        raise BatchRefused(_("This page was opened too long ago. Reload it and go on."))
    return opened


def _clip(claim: Any, opened: int, now: int) -> ClipClaim:
    if not isinstance(claim, Mapping):
        raise BatchRefused
    duration = _number(claim.get("duration"), low=1, high=LONGEST_FILM)
    moment = _number(claim.get("at"), high=(now + SLACK) * 1000)
    return ClipClaim(
        at=min(max(moment, opened * 1000), now * 1000 + 999),
        position=_number(claim.get("position"), high=duration),
        duration=duration,
        played=_pieces(claim.get("played", []), high=duration),
    )


def _pieces(claim: Any, *, high: int) -> list[list[int]]:
    if not isinstance(claim, list) or len(claim) > MOST_PIECES:
        raise BatchRefused
    if any(not isinstance(piece, list) or len(piece) != 2 for piece in claim):
        raise BatchRefused
    pieces = [[_number(begin, high=high), _number(end, high=high)] for begin, end in claim]
    if any(begin > end for begin, end in pieces):
        raise BatchRefused
    return join(pieces)


def _number(claim: Any, *, low: int = 0, high: int) -> int:
    if type(claim) is not int or not low <= claim <= high:
        raise BatchRefused
    return claim
