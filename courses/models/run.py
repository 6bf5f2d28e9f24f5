"""A course run (班次): one intake of a course, with its window, its seats and its queue."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.privacy import public
from courses.enums import RunState, RunStatus
from courses.models.pages import CoursePage

# Published runs are shown to learners; the finished ones stay visible to those who were in them.
SHOWN = (RunStatus.PUBLISHED, RunStatus.POSTPONED, RunStatus.CANCELLED)
# Beyond the reserve, seats are kept for units: their people can still take them.
SEATS_FOR_UNITS = Q(seats_held__gt=F("reserve"), queue_length=0)
FREE_SEATS = Q(seats_taken__lt=F("capacity") - F("seats_held"), queue_length=0)


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    def in_state(self, state: str, at: datetime.datetime) -> CourseRunQuerySet:
        """Runs whose `state(at)` is the given one. The rule stands once more, for one row, in `CourseRun.state`."""
        published = self.filter(status=RunStatus.PUBLISHED)
        begun, ended = Q(starts_at__lte=at), Q(ends_at__lte=at)
        in_window = Q(sign_up_opens_at__lte=at, sign_up_closes_at__gt=at) & ~begun
        by_clock = {
            RunState.ASSESSING: ended,
            RunState.RUNNING: begun & ~ended,
            RunState.COMING: ~begun & Q(sign_up_opens_at__gt=at),
            RunState.OPEN: in_window & (FREE_SEATS | SEATS_FOR_UNITS),
            RunState.FULL: in_window & ~(FREE_SEATS | SEATS_FOR_UNITS),
            RunState.AWAITING: ~begun & Q(sign_up_closes_at__lte=at),
        }
        if state in by_clock:
            return published.filter(by_clock[RunState(state)])
        return self.filter(status=state)

    def with_free_seats(self) -> CourseRunQuerySet:
        """Runs in which somebody could still take a seat; for one row, see `CourseRun.free_seats`."""
        return self.filter(FREE_SEATS)

    def upcoming(self, at: datetime.datetime) -> CourseRunQuerySet:
        """Published runs that have not begun."""
        return self.filter(status=RunStatus.PUBLISHED, starts_at__gt=at)

    def shown(self) -> CourseRunQuerySet:
        """Runs that everybody may see: announced, of a course whose page is published and not private."""
        return self.filter(status__in=SHOWN, course__in=public(CoursePage.objects.live()))


class CourseRun(models.Model):
    """One intake of a course.

    `seats_taken`, `seats_held`, `queue_length` and `tickets_issued` are counters that only `services.seats` moves,
    under the row's lock. `seats_held` are seats that nobody has yet but that are kept: for units by their quotas, or in
    reserve for the office. `starts_at` and `ends_at` follow the sessions (`services.schedule`). `check_invariants`
    compares all of them with the rows that they sum up.
    """

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="runs", verbose_name=_("course"))
    class_no = models.CharField(
        _("class number"), max_length=40, unique=True, help_text=_("For example 2026-XZ-01-01: year, course, intake.")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    intake_no = models.PositiveSmallIntegerField(_("intake number"), validators=[MinValueValidator(1)])
    status = models.CharField(_("status"), max_length=20, choices=RunStatus, default=RunStatus.PLANNED)

    sign_up_opens_at = models.DateTimeField(_("sign-up opens"), null=True, blank=True)
    sign_up_closes_at = models.DateTimeField(_("sign-up closes"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    waitlist_enabled = models.BooleanField(_("waiting list"), default=True)
    approval_required = models.BooleanField(_("sign-up needs approval"), default=False)
    nomination_only = models.BooleanField(
        _("units nominate"), default=False,
        help_text=_("Nobody signs up alone: the units hand in their lists."),
    )  # fmt: skip
    once_a_year = models.BooleanField(
        _("once a year"), default=False,
        help_text=_("Who has a seat in another class of this course in the same year cannot take one here."),
    )  # fmt: skip
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to accept a freed seat"), default=24, validators=[MaxValueValidator(168)],
        help_text=_("So long a freed seat is held for the next in the queue, less near the start. 0: given at once."),
    )  # fmt: skip
    reserve = models.PositiveSmallIntegerField(
        _("reserve"), default=0, help_text=_("Seats that only the training office gives away.")
    )
    quota_until = models.DateTimeField(
        _("quotas end"), null=True, blank=True, help_text=_("Seats that units have not used by then go to the queue.")
    )
    minimum = models.PositiveSmallIntegerField(
        _("fewest participants"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("With fewer when sign-up closes, the office is asked whether to postpone or cancel."),
    )  # fmt: skip
    withdraw_until = models.DateTimeField(
        _("withdraw until"), null=True, blank=True,
        help_text=_("Later withdrawals are marked as late. Empty: until the class begins."),
    )  # fmt: skip
    self_check_in = models.BooleanField(
        _("check in by phone"),
        default=True,
        help_text=_("A code on the screen of the room; the trainer can always mark."),
    )
    check_out = models.BooleanField(
        _("check out too"), default=False, help_text=_("Full hours need both: checked in and checked out.")
    )
    mask_names = models.BooleanField(
        _("short names on the screen"),
        default=True,
        help_text=_("The wall of arrivals then shows 张*, not the full name."),
    )
    first_professions = models.ManyToManyField(
        "people.Profession", blank=True, related_name="+", verbose_name=_("first in the queue"),
        help_text=_("People of these professions wait in front of the others. The class page says so."),
    )  # fmt: skip
    professions = models.ManyToManyField(
        "people.Profession", blank=True, related_name="runs", verbose_name=_("only for professions"),
        help_text=_("Leave empty to admit every profession that the course is for."),
    )  # fmt: skip
    units = models.ManyToManyField(
        "people.Unit", blank=True, related_name="+", verbose_name=_("only for units"),
        help_text=_("With everything below them. Leave empty to admit every unit."),
    )  # fmt: skip

    venue = models.CharField(_("venue"), max_length=80, blank=True)
    organiser = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("organiser"))
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="supervised_runs",
        verbose_name=_("class supervisor"),
    )  # fmt: skip
    note = models.TextField(_("note for participants"), blank=True, max_length=500)
    status_reason = models.CharField(_("reason for postponing or cancelling"), max_length=200, blank=True)

    starts_at = models.DateTimeField(_("begins"), null=True, editable=False, db_index=True)
    ends_at = models.DateTimeField(_("ends"), null=True, editable=False)
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)
    seats_held = models.PositiveIntegerField(_("seats kept"), default=0, editable=False)
    quota_released_at = models.DateTimeField(null=True, editable=False)
    below_minimum_at = models.DateTimeField(_("too few since"), null=True, editable=False)
    queue_length = models.PositiveIntegerField(_("waiting"), default=0, editable=False)
    tickets_issued = models.PositiveIntegerField(default=0, editable=False)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ("starts_at", "class_no")
        permissions = [("manage_enrolments", _("Can admit, withdraw and move other people"))]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="run_has_seats"),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity") - F("seats_held")), name="run_never_overbooked"
            ),
            models.CheckConstraint(
                condition=Q(sign_up_closes_at__gt=F("sign_up_opens_at")),
                name="sign_up_closes_after_it_opens",
                violation_error_message=_("Sign-up must close after it opens."),
            ),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.PUBLISHED)
                | Q(sign_up_opens_at__isnull=False, sign_up_closes_at__isnull=False, starts_at__isnull=False),
                name="published_run_has_dates",
                violation_error_message=_("A published class needs a sign-up window and at least one session."),
            ),
            models.UniqueConstraint(
                fields=["course", "year", "intake_no"],
                name="one_run_per_intake",
                violation_error_message=_("This course has such an intake already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_no} {self.course.title}"

    @property
    def intake(self) -> str:
        """The intake as people say it: 2026年第1期."""
        return _("%(year)d, intake %(number)d") % {"year": self.year, "number": self.intake_no}

    @property
    def free_seats(self) -> int:
        """Seats that somebody could still take; none while others wait for them."""
        return 0 if self.queue_length else self.open_seats

    @property
    def open_seats(self) -> int:
        """Seats that are neither taken nor kept for units or the office."""
        return max(0, self.capacity - self.seats_taken - self.seats_held)

    def has_begun(self, at: datetime.datetime) -> bool:
        """Whether a class was held or is under way; the old dates of a postponed or cancelled one do not count."""
        held = self.status in (RunStatus.PUBLISHED, RunStatus.CONCLUDED, RunStatus.ARCHIVED)
        return held and self.starts_at is not None and self.starts_at <= at

    def state(self, at: datetime.datetime) -> RunState:
        """Where the class stands at that moment: the one rule behind page, catalogue, filter and admin."""
        if self.status != RunStatus.PUBLISHED or not (self.starts_at and self.ends_at):
            return RunState(self.status)
        if self.ends_at <= at:
            return RunState.ASSESSING
        if self.starts_at <= at:
            return RunState.RUNNING
        return self._state_before_start(at)

    def _state_before_start(self, at: datetime.datetime) -> RunState:
        if self.sign_up_opens_at is None or self.sign_up_opens_at > at:
            return RunState.COMING
        if self.sign_up_closes_at is None or self.sign_up_closes_at <= at:
            return RunState.AWAITING
        kept_for_units = self.seats_held > self.reserve and not self.queue_length
        return RunState.OPEN if self.free_seats or kept_for_units else RunState.FULL
