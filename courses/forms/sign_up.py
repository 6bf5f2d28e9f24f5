"""Forms of sign-up, of the calendar and of one's own engagements."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import BusyKind


class CalendarForm(forms.Form):
    """Which button was pressed, and how many addresses there had been when the page was shown."""

    MAKE, REMOVE = "make", "remove"

    action = forms.ChoiceField(choices=[(MAKE, MAKE), (REMOVE, REMOVE)])
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class SignUpForm(forms.Form):
    """Nothing to fill in: the hidden key tells a second press from a second wish."""

    key = forms.CharField(max_length=64, required=False)

    def key_or_none(self) -> str | None:
        self.full_clean()
        return self.cleaned_data.get("key") or None


class WithdrawForm(forms.Form):
    """Why somebody gives the seat back; may stay empty."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class BusyForm(forms.Form):
    """One engagement: what, on which day, from when to when."""

    kind = forms.ChoiceField(label=_("What"), choices=BusyKind.choices)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    note = forms.CharField(
        label=_("Note"), max_length=60, required=False,
        help_text=_("For yourself, nobody else sees it. No names and nothing of the case."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("It must end after it begins."))
        if cleaned.get("day") and cleaned["day"] < timezone.localdate():
            self.add_error("day", _("This day is over."))
        return cleaned

    def entry(self) -> dict[str, Any]:
        """The engagement as `services.busy.add_busy_time` takes it."""
        day, data = self.cleaned_data["day"], self.cleaned_data
        moments = {
            name: timezone.make_aware(datetime.datetime.combine(day, data[field]))
            for name, field in (("starts_at", "begins"), ("ends_at", "ends"))
        }
        return {"kind": data["kind"], "note": data["note"], **moments}
