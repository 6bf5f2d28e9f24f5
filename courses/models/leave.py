"""Leave (请假): asked before the session, decided by whom the unit's rule names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import LeaveKind, LeaveStatus
from courses.models.enrolment import Enrolment
from courses.models.evidence import EvidenceFile
from courses.models.session import ClassSession

STANDING = (LeaveStatus.ASKED, LeaveStatus.GRANTED)


class LeaveRequest(models.Model):
    """One person asks to miss one session. Only `services.leave` writes it; granted, it becomes a mark."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="leave_requests")
    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="leave_requests")
    kind = models.CharField(_("kind of leave"), max_length=20, choices=LeaveKind)
    reason = models.CharField(_("reason"), max_length=200)
    evidence = models.OneToOneField(EvidenceFile, models.PROTECT, null=True, blank=True, related_name="leave_request")
    status = models.CharField(_("status"), max_length=20, choices=LeaveStatus, default=LeaveStatus.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("leave request")
        verbose_name_plural = _("leave requests")
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "session"], condition=Q(status__in=STANDING), name="one_leave_per_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_kind_display()}"
