"""A class session (课次): one sitting of a run."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import CheckInPhase
from courses.models.run import CourseRun

CHECK_OUT_BEFORE, CHECK_OUT_AFTER = datetime.timedelta(minutes=15), datetime.timedelta(minutes=30)


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def held(self) -> ClassSessionQuerySet:
        """Sessions that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def on_day(self, day: datetime.date) -> ClassSessionQuerySet:
        """Sessions that begin on that day in Shanghai."""
        start = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
        return self.filter(starts_at__gte=start, starts_at__lt=start + datetime.timedelta(days=1))

    def overlapping(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> ClassSessionQuerySet:
        """Sessions that share time with the span; one that begins as another ends does not."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class ClassSession(models.Model):
    """One sitting. A cancelled session stays, with its reason."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="sessions", verbose_name=_("class"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    venue = models.CharField(_("venue"), max_length=80, blank=True, help_text=_("If it differs from the class."))
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="taught_sessions", verbose_name=_("trainers")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    absent_after_minutes = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text="The limit in force at the first mark, so that a later setting changes no history.",
    )
    head_count = models.PositiveSmallIntegerField(_("heads counted in the room"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("register closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Rises with every change that people must be told of; calendars take the higher one for the newer.",
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("A session must end after it begins."),
            ),
            models.UniqueConstraint(
                fields=["run", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="one_session_per_start",
                violation_error_message=_("Another session of this class begins at the same time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run.class_no} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def place(self) -> str:
        return self.venue or self.run.venue

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def check_in_window(
        self, phase: CheckInPhase, opens_minutes_before: int
    ) -> tuple[datetime.datetime, datetime.datetime]:
        """From when until when people may check in by themselves, or check out; the second moment is not in it."""
        if phase == CheckInPhase.LEAVE:
            return self.ends_at - CHECK_OUT_BEFORE, self.ends_at + CHECK_OUT_AFTER
        return self.starts_at - datetime.timedelta(minutes=opens_minutes_before), self.ends_at

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A session must end after it begins.")})
