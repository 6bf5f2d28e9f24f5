"""When a person is taken: duty, court dates. Only the person sees why."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import BusyKind


class BusyTimeQuerySet(models.QuerySet["BusyTime"]):
    def after(self, at: datetime.datetime) -> BusyTimeQuerySet:
        """Engagements that are not over."""
        return self.filter(ends_at__gt=at)


class BusyTime(models.Model):
    """One engagement that a person entered. It warns before a sign-up and hinders nothing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="busy_times")
    kind = models.CharField(_("what"), max_length=20, choices=BusyKind, default=BusyKind.DUTY)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    note = models.CharField(
        _("note"), max_length=60, blank=True, help_text=_("For yourself. No names and nothing of the case.")
    )

    objects = BusyTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ("starts_at",)
        indexes = [models.Index(fields=["person", "ends_at"], name="busy_person_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="busy_ends_after_it_starts",
                violation_error_message=_("It must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"
