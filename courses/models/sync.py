"""What a register hears beside its marks: refused marks from devices, and roll-calls."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import AttendanceStatus
from courses.models.enrolment import Enrolment
from courses.models.session import ClassSession


class RefusedMark(models.Model):
    """A mark from a device that could not be kept, with the reason; the trainer sees it until somebody settled it."""

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="refused_marks")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, related_name="refused_marks")
    client_id = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=AttendanceStatus)
    code = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("refused mark")
        verbose_name_plural = _("refused marks")
        ordering = ("received_at", "pk")
        constraints = [models.UniqueConstraint(fields=["session", "client_id"], name="one_refusal_per_client_id")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.code}"


class RollCall(models.Model):
    """One of the names drawn at random during a session; `here` is null until the trainer has looked."""

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="roll_calls")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="roll_calls")
    drawn_at = models.DateTimeField(default=timezone.now)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    here = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("roll-call")
        verbose_name_plural = _("roll-calls")
        ordering = ("drawn_at", "pk")

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id}"
