"""Quotas of units in a run (名额分配), and the lists that units hand in (报送名单)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import NominationStatus
from courses.models.run import CourseRun


class RunQuota(models.Model):
    """Seats of a run that are kept for one unit and what is below it, for one profession or for any.

    `taken` counts the holders of seats that came from here, `released` the seats that went to everybody. Both are
    moved by `services.seats` alone, under the lock of the run.
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="quotas", verbose_name=_("class"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    profession = models.ForeignKey(
        "people.Profession", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("profession"),
        help_text=_("Empty: any profession."),
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(_("seats"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    released = models.PositiveIntegerField(_("released"), default=0, editable=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ("unit__position", "unit__name", "profession__position")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unit", "profession"],
                name="one_quota_per_unit_and_profession",
                violation_error_message=_("This unit has a quota for this profession already."),
            ),
            models.UniqueConstraint(
                fields=["run", "unit"],
                condition=Q(profession__isnull=True),
                name="one_quota_per_unit_for_any_profession",
                violation_error_message=_("This unit has a quota for any profession already."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats") - F("released")),
                name="quota_never_exceeded",
                violation_error_message=_("More seats of this quota are taken already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.profession or ''}".strip()

    @property
    def unused(self) -> int:
        """Seats that the unit can still fill."""
        return self.seats - self.taken - self.released


class Nomination(models.Model):
    """The list of one unit for one run. Each person on it is a `NominationEntry`."""

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="nominations", verbose_name=_("class"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    status = models.CharField(
        _("status"), max_length=20, choices=NominationStatus, default=NominationStatus.DRAFT, editable=False
    )
    comment = models.CharField(_("comment of the office"), max_length=200, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed off by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("nomination list")
        verbose_name_plural = _("nomination lists")
        ordering = ("-changed_at",)
        permissions = [
            ("nominate", _("Can draw up the list of the own unit")),
            ("sign_nomination", _("Can sign off the list of the own unit")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "unit"], name="one_list_per_run_and_unit"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("drafted_by")),
                name="list_signed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.run.class_no}"


class NominationEntry(models.Model):
    """One person on a list, in the unit's own order of preference. The enrolment says what became of it."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    position = models.PositiveSmallIntegerField(_("position"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("person on a list")
        verbose_name_plural = _("people on lists")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["nomination", "person"], name="once_per_list"),
        ]

    def __str__(self) -> str:
        return str(self.person)
