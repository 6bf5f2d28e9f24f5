"""Saving what a person has studied of a lesson.

Every part of the row is joined with what arrives: pieces by union, the rest by the highest or the latest. Joining
knows no order and no repetition, so batches may come late, twice and from several devices; nothing goes down. The
person's own rows are the evidence: they are not copied to the audit trail.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.db.turns import in_turn
from core.pieces import join, length
from courses.enums import Completion
from courses.errors import BatchRefused, ConfirmationRefused
from courses.models import LessonPage, LessonProgress
from courses.services import batches
from courses.services.batches import Batch, ClipClaim
from courses.signals import lesson_completed
from people.models import User

MOST_KEPT = 1_000  # pieces in one row; a person leaves a lesson and comes back a few times a day
FIELDS = ("opened_at", "seen_at", "seconds", "reached", "recent", "clips", "completed_at", "completed_by")


@in_turn
@transaction.atomic
def save(*, person: User, lesson: LessonPage, data: Any, at: datetime.datetime | None = None) -> LessonProgress:
    """Add one batch to the person's progress and return it; see `batches.read` for its form.

    The same batch again changes nothing. Two queries, three the first
    time, one if nothing is new. Whether the person may read the lesson
    is asked by the caller. Raises BatchRefused; then nothing was changed.
    """
    at = at or timezone.now()
    batch = batches.read(data, person=person, lesson=lesson, at=at)
    return _change(_blank(person, lesson, _moment(batch.opened)), lambda progress: _join(progress, batch, at))


@in_turn
@transaction.atomic
def confirm(*, person: User, lesson: LessonPage, at: datetime.datetime | None = None) -> LessonProgress:
    """Call the lesson studied because the person says so, where the editor lets that count.

    Raises ConfirmationRefused if the videos have to be watched.
    """
    at = at or timezone.now()
    if not lesson.can_be_confirmed:
        raise ConfirmationRefused
    return _change(_blank(person, lesson, at), lambda progress: _confirm(progress, at))


def _blank(person: User, lesson: LessonPage, opened_at: datetime.datetime) -> LessonProgress:
    return LessonProgress(person=person, lesson=lesson, opened_at=opened_at, seen_at=opened_at)


def _change(blank: LessonProgress, write: Callable[[LessonProgress], None]) -> LessonProgress:
    """Let `write` change the person's row under its lock, and tell the apps above if it completes the lesson."""
    progress = _locked(blank)
    before, was_completed = _state(progress), progress.is_completed
    write(progress)
    if _state(progress) != before:
        progress.save(update_fields=FIELDS)
    if progress.is_completed and not was_completed:
        lesson_completed.send(sender=LessonProgress, progress=progress)
    return progress


def _locked(blank: LessonProgress) -> LessonProgress:
    """Return the row under its lock; the blank one becomes the row if there is none."""
    rows = LessonProgress.objects.select_for_update(no_key=True).order_by()
    mine = rows.filter(person=blank.person_id, lesson=blank.lesson_id)
    progress = mine.first() or _insert(blank) or mine.get()
    progress.person, progress.lesson = blank.person, blank.lesson
    return progress


def _insert(blank: LessonProgress) -> LessonProgress | None:
    """Store the first row; None if the person's other device did so in this moment."""
    try:
        with transaction.atomic():
            blank.save(force_insert=True)
    except IntegrityError:
        return None
    return blank


def _state(progress: LessonProgress) -> list[Any]:
    return [getattr(progress, name) for name in FIELDS]


def _confirm(progress: LessonProgress, at: datetime.datetime) -> None:
    progress.seen_at = max(progress.seen_at, at)
    progress.complete(Completion.CONFIRMED, at)


def _join(progress: LessonProgress, batch: Batch, at: datetime.datetime) -> None:
    progress.opened_at = min(progress.opened_at, _moment(batch.opened))
    progress.seen_at = max(progress.seen_at, _moment(batch.last))
    progress.reached = max(progress.reached, batch.reached)
    _join_time(progress, batch, at)
    progress.clips = progress.clips | {key: _joined(progress.clip(key), claim) for key, claim in batch.clips.items()}
    if not progress.is_completed and progress.lesson.is_studied(progress):
        progress.complete(Completion.WATCHED if progress.lesson.clips_to_watch else Completion.OPENED, at)


def _join_time(progress: LessonProgress, batch: Batch, at: datetime.datetime) -> None:
    """Add the seconds that were not there before. Pieces too old for any batch are counted and need not be kept."""
    joined = join(progress.recent, batch.time)
    progress.seconds += length(joined) - length(progress.recent)
    oldest = int((at - batches.KEPT).timestamp())
    progress.recent = _few([piece for piece in joined if piece[1] >= oldest])


def _joined(known: dict[str, Any], claim: ClipClaim) -> dict[str, Any]:
    moment, position = max((known.get("at", 0), known.get("position", 0)), (claim.at, claim.position))
    return {
        "at": moment,
        "position": position,
        "duration": max(known.get("duration", 0), claim.duration),
        "played": _few(join(known.get("played", []), claim.played)),
    }


def _few(pieces: list[list[int]]) -> list[list[int]]:
    """Refuse what no person does: a thousand snippets."""
    if len(pieces) > MOST_KEPT:
        raise BatchRefused
    return pieces


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
