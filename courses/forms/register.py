"""Forms of the register: marks, codes, decisions, closing, corrections."""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.enums import AttendanceStatus
from courses.models import ClassSession
from courses.services.codes import DIGITS

TIMED = (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)
MARKS = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.LEFT_EARLY,
    AttendanceStatus.ON_LEAVE,
    AttendanceStatus.OFFICIAL_DUTY,
    AttendanceStatus.ABSENT,
    AttendanceStatus.CLEARED,
)


def moment_of(session: ClassSession, status: str, minutes: int) -> datetime.datetime:
    """When somebody came who was that many minutes late, or went who left that many minutes early."""
    span = datetime.timedelta(minutes=minutes)
    return session.starts_at + span if status == AttendanceStatus.LATE else session.ends_at - span


class MarkForm(forms.Form):
    """One mark of one person in one session.

    The minutes of coming late or leaving early may stay empty while the session is under way: then the clock counts.
    """

    enrolment = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    client_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        choices=[(mark.value, mark.label) for mark in MARKS],
        error_messages={"invalid_choice": _("Choose one of the attendance states.")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes late or early"), min_value=0, required=False,
        error_messages={
            "invalid": _("Enter the minutes as a whole number."),
            "min_value": _("Minutes cannot be below 0."),
        },
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    basis = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)

    no_minutes = _("The session is not under way: please enter the minutes.")

    def __init__(self, data: Any, *, session: ClassSession, at: datetime.datetime) -> None:
        super().__init__(data)
        self.session, self.at = session, at

    @property
    def clock_counts(self) -> bool:
        """Whether the moment says how late or early somebody is, if nothing was typed."""
        return self.session.starts_at <= self.at <= self.session.ends_at

    def clean_minutes(self) -> int | None:
        minutes = self.cleaned_data["minutes"]
        if minutes is not None and minutes > self.session.minutes:
            raise ValidationError(_("The session lasts %(minutes)d minutes only.") % {"minutes": self.session.minutes})
        return minutes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = cleaned.get("status") in TIMED and "minutes" in cleaned and cleaned["minutes"] is None
        if asked and not self.clock_counts:
            self.add_error("minutes", self.no_minutes)
        return cleaned

    def mark(self) -> dict[str, Any]:
        """The mark as `services.attendance.mark` takes it."""
        fields = ("enrolment", "status", "client_id", "note")
        item = {**{name: self.cleaned_data[name] for name in fields}, "happened_at": self._happened_at()}
        if "basis" in self.data:  # what the page had shown; a form that does not say is one that saw everything
            item["basis"] = self.cleaned_data["basis"].split()
        return item

    def _happened_at(self) -> datetime.datetime:
        minutes, status = self.cleaned_data["minutes"], self.cleaned_data["status"]
        return self.at if minutes is None or status not in TIMED else moment_of(self.session, status, minutes)


class PaperMarkForm(MarkForm):
    """A mark from the signed sheet or from a table, made whenever: the clock says nothing about it."""

    no_minutes = _("Please enter the minutes.")
    clock_counts = False

    def _happened_at(self) -> datetime.datetime:
        """Whoever signed without a word came in time."""
        if self.cleaned_data["status"] == AttendanceStatus.PRESENT:
            return min(self.at, self.session.starts_at)
        return super()._happened_at()


class CodeForm(forms.Form):
    """The six digits from the screen; blanks between them and full-width digits are as good."""

    code = forms.CharField(
        label=_("Code on the screen"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field"}),
        error_messages={"required": _("Type the six digits that the screen of the room shows.")},
    )  # fmt: skip

    def clean_code(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        digits = "".join(character for character in typed if not character.isspace())
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("Type the six digits that the screen of the room shows."))
        return digits


class MarkRestForm(forms.Form):
    """One press for everybody who is not marked yet; the hidden id tells a second press from a second wish."""

    client_id = forms.CharField(max_length=40)


class DecideForm(forms.Form):
    """Which of the marks about one person is right: its state and its name, parted by a blank."""

    enrolment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    right = forms.RegexField(r"^[a-z_]+ \S+$", max_length=100)

    def choice(self) -> tuple[str, str]:
        status, head = self.cleaned_data["right"].split(" ", 1)
        return status, head


class CloseForm(forms.Form):
    """Closing a register: how many heads were counted, and what becomes of those who are not marked."""

    head_count = forms.IntegerField(
        label=_("Heads counted in the room"), min_value=0, max_value=9999, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    rest_absent = forms.BooleanField(label=_("Mark as absent whoever is not marked"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("Needed if the two numbers differ."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """What should stand in a closed register instead, and why."""

    status = forms.ChoiceField(
        label=_("Correct is"),
        choices=[(mark.value, mark.label) for mark in MARKS if mark != AttendanceStatus.CLEARED],
    )
    minutes = forms.IntegerField(
        label=_("Minutes late or early"), min_value=0, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, session: ClassSession) -> None:
        super().__init__(data)
        self.session = session

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        minutes = cleaned.get("minutes")
        if cleaned.get("status") in TIMED and "minutes" in cleaned and minutes is None:
            self.add_error("minutes", _("Please enter the minutes."))
        if minutes is not None and minutes > self.session.minutes:
            words = _("The session lasts %(minutes)d minutes only.") % {"minutes": self.session.minutes}
            self.add_error("minutes", words)
        return cleaned

    def correction(self) -> dict[str, Any]:
        """The wish as `services.corrections.ask_correction` takes it."""
        status, minutes = self.cleaned_data["status"], self.cleaned_data["minutes"]
        timed = status in TIMED and minutes is not None
        happened_at = moment_of(self.session, status, minutes) if timed else None
        return {"status": status, "reason": self.cleaned_data["reason"], "happened_at": happened_at}
