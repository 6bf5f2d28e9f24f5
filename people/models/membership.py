"""Who belonged to which unit, and when."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.unit import Unit


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, day: datetime.date | None = None) -> MembershipQuerySet:
        """Memberships in force on that day (default: today in Shanghai). The last day is included."""
        day = day or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)


class Membership(models.Model):
    """A person's time in one unit; `start` and `end` are whole days, both included. One open membership at a time."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit membership")
        verbose_name_plural = _("unit memberships")
        ordering = ("-start",)
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="membership_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(end__isnull=True), name="one_open_membership"),
            models.UniqueConstraint(fields=["person", "start"], name="one_membership_per_start_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"
