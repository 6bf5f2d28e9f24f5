"""What one person has studied of one lesson (学习进度)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.pieces import from_the_start, length
from courses.enums import Completion
from courses.models.pages import LessonPage

WATCHED_SHARE = 90  # per cent of a film that count as having watched it
MAX_RATE = 2  # a film is played at twice its speed at most
GAP = 2  # seconds: players count from one tick to the next


class LessonProgressQuerySet(models.QuerySet["LessonProgress"]):
    def completed(self) -> LessonProgressQuerySet:
        return self.filter(completed_at__isnull=False)


class LessonProgress(models.Model):
    """How far one person has come in one lesson. Only `services.progress` writes it, and nothing in it goes down.

    One row holds everything, so that one lock and one UPDATE save a batch. `recent` are the pieces of time of the last
    two weeks on the server's clock, [from, to] in seconds: a batch that arrives again finds its pieces there and adds
    nothing. `clips` are the videos and recordings by block id: {"at": moment of the position in milliseconds,
    "position", "duration", "played": pieces of the film that were really played}, in seconds.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lesson_progress", verbose_name=_("person")
    )
    lesson = models.ForeignKey(LessonPage, models.PROTECT, related_name="progress", verbose_name=_("lesson"))
    opened_at = models.DateTimeField(_("first opened"))
    seen_at = models.DateTimeField(_("last studied"))
    seconds = models.PositiveIntegerField(_("seconds studied"), default=0)
    reached = models.PositiveSmallIntegerField(_("read as far as, per cent"), default=0)
    recent = models.JSONField(default=list, blank=True, editable=False)
    clips = models.JSONField(default=dict, blank=True, editable=False)
    completed_at = models.DateTimeField(_("studied at"), null=True, blank=True)
    completed_by = models.CharField(_("studied by"), max_length=20, choices=Completion, blank=True)

    objects = LessonProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("study progress")
        verbose_name_plural = _("study progress")
        ordering = ("-seen_at", "-pk")
        indexes = [models.Index(fields=["lesson", "completed_at"], name="progress_of_lesson")]
        constraints = [
            models.UniqueConstraint(fields=["person", "lesson"], name="one_progress_per_person_and_lesson"),
            models.CheckConstraint(condition=Q(reached__lte=100), name="progress_reaches_100_at_most"),
            models.CheckConstraint(condition=Q(seen_at__gte=F("opened_at")), name="progress_seen_after_opened"),
            models.CheckConstraint(
                condition=Q(completed_at=None, completed_by="") | Q(completed_at__isnull=False) & ~Q(completed_by=""),
                name="progress_completed_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.lesson}"

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def minutes(self) -> int:
        """Minutes as people count them: whoever has begun has studied at least one."""
        return max(1, round(self.seconds / 60))

    def clip(self, block: str) -> dict[str, Any]:
        """What is known of one video or recording; empty if it was never played."""
        return self.clips.get(block, {})  # type: ignore[no-any-return]

    def watched(self, block: str, *, in_order: bool) -> int:
        """Return how many per cent of one film were watched.

        With `in_order` only what can be reached from its beginning counts: what was played beyond a gap waits until
        the gap is filled.
        """
        clip = self.clip(block)
        played = from_the_start(clip["played"], gap=GAP) if clip and in_order else clip.get("played", [])
        return min(100, 100 * length(played) // clip["duration"]) if clip else 0

    def has_watched(self, blocks: Sequence[str], *, in_order: bool) -> bool:
        """True if each of the films was watched, and the time studied allows for it at the highest speed."""
        if any(self.watched(block, in_order=in_order) < WATCHED_SHARE for block in blocks):
            return False
        films = sum(self.clip(block)["duration"] for block in blocks)
        return (self.seconds + GAP) * MAX_RATE * 100 >= films * WATCHED_SHARE

    def complete(self, how: Completion, at: datetime.datetime) -> None:
        """Call the lesson studied; the first time stands."""
        self.completed_at, self.completed_by = self.completed_at or at, self.completed_by or how
