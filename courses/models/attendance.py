"""Attendance: append-only events (签到记录), the record derived from them, and the bureau's attendance rules."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting

from core.db.append_only import AppendOnly
from courses.enums import OWN, AttendanceSource, AttendanceStatus, CheckInPhase
from courses.models.enrolment import Enrolment
from courses.models.session import ClassSession


class AttendanceEvent(AppendOnly):
    """One mark, as somebody made it.

    Three times: when it happened (the arrival, the leaving), when it was recorded (on the device), when the server
    received it. `skew` is how far the device's clock was ahead of ours. `client_id` comes from the device: the same one
    twice is the same mark. `basis` names the marks (by client id) that whoever made this one had before the eyes: it
    replaces those and no others, so two people who did not see each other's marks are found out.
    """

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="attendance_events")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance_events")
    status = models.CharField(max_length=20, choices=AttendanceStatus)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, choices=AttendanceSource, default=AttendanceSource.TRAINER)
    device = models.CharField(max_length=64, blank=True)
    client_id = models.CharField(max_length=64, null=True, blank=True)
    basis = models.JSONField(default=list, blank=True)
    skew = models.IntegerField(default=0, help_text="Seconds by which the device's clock was ahead.")
    was = models.CharField(max_length=20, choices=AttendanceStatus, blank=True, help_text="Before a correction.")
    countersigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("attendance event")
        verbose_name_plural = _("attendance events")
        ordering = ("recorded_at", "pk")
        indexes = [models.Index(fields=["session", "enrolment"], name="attendance_event_of_one")]
        constraints = [
            models.UniqueConstraint(fields=["session", "client_id"], name="one_event_per_client_id"),
            models.CheckConstraint(
                condition=~Q(source=AttendanceSource.CORRECTION)
                | Q(countersigned_by__isnull=False) & ~Q(countersigned_by=models.F("by")) & ~Q(note=""),
                name="correction_has_reason_and_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id}: {self.status}"

    @property
    def is_own(self) -> bool:
        """True for a mark that the person made with the code on the screen."""
        return self.source in OWN

    @property
    def is_check_out(self) -> bool:
        """True for a scan at the end: it says when somebody went, and is no mark."""
        return self.is_own and (self.client_id or "").startswith(f"{CheckInPhase.LEAVE.value}-")


class AttendanceRecord(models.Model):
    """What the events of one person in one session add up to. Only `services.attendance` writes it."""

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="attendance_records")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance_records")
    status = models.CharField(_("status"), max_length=20, choices=AttendanceStatus)
    minutes_late = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    minutes_early = models.PositiveSmallIntegerField(_("minutes left early"), default=0)
    minutes_earned = models.PositiveSmallIntegerField(_("minutes earned"), default=0)
    arrived_at = models.DateTimeField(_("came"), null=True, blank=True)
    left_at = models.DateTimeField(_("went"), null=True, blank=True)
    disputed = models.BooleanField(_("two people disagree"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("attendance record")
        verbose_name_plural = _("attendance records")
        ordering = ("session", "enrolment")
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="one_record_per_person_and_session")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_status_display()}"

    @property
    def counts_as_absent(self) -> bool:
        """True if somebody came, but so late or left so early that the session does not count."""
        return self.status in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY) and self.minutes_earned == 0


class AttendanceRules(BaseGenericSetting):
    """Numbers that each bureau sets for itself; the defaults come from published sample rules."""

    opens_minutes_before = models.PositiveSmallIntegerField(_("register opens, minutes before the start"), default=15)
    absent_after_minutes = models.PositiveSmallIntegerField(
        _("late or early by more than this many minutes counts as absent"), default=15
    )

    late_after_minutes = models.PositiveSmallIntegerField(
        _("who checks in later than this many minutes is late"), default=0
    )

    panels = [FieldPanel("opens_minutes_before"), FieldPanel("late_after_minutes"), FieldPanel("absent_after_minutes")]

    class Meta:
        verbose_name = _("attendance rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_minutes_before__lte=14_400) & Q(absent_after_minutes__lte=240),
                name="attendance_rules_within_reason",
            )
        ]
