"""Days on which the calendar of a year differs from the plain week."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day off (休) or a make-up workday (班). What stands here goes before the built-in calendar.

    A provisional day (暂定) is a guess for a year that has not been announced: it gives way to the built-in calendar.
    """

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(
        _("people work on this day"), default=False,
        help_text=_("Tick it for a make-up workday; leave it empty for a day off."),
    )  # fmt: skip
    name = models.CharField(_("name of the holiday"), max_length=40, help_text=_("For example 春节."))
    is_provisional = models.BooleanField(
        _("provisional"), default=False,
        help_text=_("Not announced yet. Take the tick away when the announcement confirms the day."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("holiday or make-up workday")
        verbose_name_plural = _("holidays and make-up workdays")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
