"""What closes a register and keeps it as it was: seals, corrections, the scanned sheet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from courses.enums import AttendanceStatus, CorrectionStatus, SealKind
from courses.models.attendance import AttendanceEvent
from courses.models.enrolment import Enrolment
from courses.models.run import CourseRun
from courses.models.session import ClassSession


class RegisterSeal(AppendOnly):
    """One link of a class's chain. A session is sealed when its register closes, and again with every correction.

    `digest` is the SHA-256 of the canonical form of this row: what it covers, and the digest before. Only ids stand in
    it, never a name, so that a person can be forgotten and the chain still holds. `outcome` lists the state of
    everybody on the roster: [enrolment, status, minutes late, minutes early, minutes earned].
    """

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="seals")
    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="seals")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=SealKind, default=SealKind.CLOSING)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    events_count = models.PositiveIntegerField()
    outcome = models.JSONField(default=list)
    head_count = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("register seal")
        verbose_name_plural = _("register seals")
        ordering = ("run", "number")
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="seals_are_numbered"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(kind=SealKind.CLOSING), name="a_register_closes_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}: {self.digest[:12]}"


class SealedEvent(AppendOnly):
    """One mark under a seal; `digest` covers the mark and the digest before it, so the first false one has a name."""

    seal = models.ForeignKey(RegisterSeal, models.PROTECT, related_name="marks")
    event = models.OneToOneField(AttendanceEvent, models.PROTECT, related_name="sealed")
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("seal", "position")
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="sealed_marks_are_numbered")]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}: {self.digest[:12]}"


class Correction(models.Model):
    """A change to a closed register (or a late entry): asked by one person with a reason, confirmed by another.

    Confirmed, it becomes an event and a seal; the row stays with both names. Only `services.corrections` writes it.
    """

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="corrections")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="corrections")
    was = models.CharField(max_length=20, choices=AttendanceStatus)
    status = models.CharField(_("status"), max_length=20, choices=AttendanceStatus)
    happened_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(max_length=20, choices=CorrectionStatus, default=CorrectionStatus.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    event = models.OneToOneField(AttendanceEvent, models.PROTECT, null=True, related_name="correction")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"],
                condition=Q(state=CorrectionStatus.ASKED),
                name="one_correction_waits_per_mark",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="correction_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionStatus.CONFIRMED) | Q(event__isnull=False),
                name="confirmed_correction_has_its_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id}: {self.was} → {self.status}"
