"""The form of a class with its sessions: what people type. The rules stand in the services."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from courses.backoffice.fields import MomentField
from courses.backoffice.session_rows import SessionFormSet
from courses.errors import CapacityBelowSeatsTaken, RunIncomplete, ScheduleRefused, SessionHasMarks
from courses.models import CoursePage, CourseRun
from courses.selectors.office import teaching_staff, trainers_by_session
from courses.services import runs, schedule
from people.models import User
from people.permissions import units_open_to

# Where a constraint over several fields is told.
FIELD_OF_CONSTRAINT = {"sign_up_closes_after_it_opens": "sign_up_closes_at", "one_run_per_intake": "intake_no"}
FIELD_OF_REFUSAL = {"capacity_below_seats_taken": "capacity", "course_not_changeable": "course"}
# What nobody has to think about: left empty, they are as usual.
FILLED_IN = ("offer_hours", "reserve")
ABOUT_SESSIONS = (ScheduleRefused, SessionHasMarks, RunIncomplete)


class CourseField(forms.ModelChoiceField):
    def label_from_instance(self, course: CoursePage) -> str:
        return f"{course.code} {course.title}"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person_label(person)


def person_label(person: User) -> str:
    """The name with the unit, to tell namesakes apart. Without a query after `with_unit()`."""
    return f"{person}（{person.unit.short_name}）" if person.unit else str(person)


class RunForm(forms.ModelForm):
    """A class and, as `sessions`, its rows. Number, year and intake may stay empty: they follow from the course."""

    course = CourseField(label=_("course"), queryset=CoursePage.objects.order_by("code"))
    sign_up_opens_at = MomentField(label=_("sign-up opens"), required=False)
    sign_up_closes_at = MomentField(label=_("sign-up closes"), required=False)
    quota_until = MomentField(
        label=_("quotas end"), required=False, help_text=_("Seats that units have not used by then go to the queue.")
    )
    withdraw_until = MomentField(
        label=_("withdraw until"), required=False,
        help_text=_("Later withdrawals are marked as late. Empty: until the class begins."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100, required=False)
    supervisor = PersonField(label=_("class supervisor"), queryset=User.objects.none(), required=False)

    class Meta:
        model = CourseRun
        fields = (
            "course", "class_no", "year", "intake_no", "venue", "organiser", "supervisor", "note",
            "nomination_only", "approval_required", "once_a_year", "professions", "units",
            "capacity", "reserve", "minimum", "waitlist_enabled", "offer_hours", "first_professions",
            "sign_up_opens_at", "sign_up_closes_at", "quota_until", "withdraw_until",
            "self_check_in", "check_out", "mask_names",
        )  # fmt: skip
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "professions": forms.CheckboxSelectMultiple,
            "units": forms.CheckboxSelectMultiple,
            "first_professions": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, for_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("class_no", "intake_no", *FILLED_IN):
            self.fields[name].required = False
        if self.instance.pk is not None:
            del self.fields["reserve"]  # set with the quotas, where it is seen what is taken of it
        staff = teaching_staff(self.instance)
        self.fields["supervisor"].queryset = staff  # type: ignore[attr-defined]
        self.fields["organiser"].queryset = units_open_to(for_user)  # type: ignore[attr-defined]
        self.sessions = self._session_rows(staff)
        if isinstance(course := self.initial.get("course"), CoursePage):
            self._hint_at_number(course)

    def _session_rows(self, staff: Any) -> Any:
        stored = self.instance.pk is not None
        return SessionFormSet(
            self.data if self.is_bound else None,
            instance=self.instance,
            queryset=self.instance.sessions.held() if stored else None,
            prefix="sessions",
            form_kwargs={
                "trainers": [(person.pk, person_label(person)) for person in staff],
                "chosen": trainers_by_session(self.instance) if stored else {},
            },
        )

    def _hint_at_number(self, course: CoursePage) -> None:
        """Show what the empty fields become, if the class begins this year."""
        today = timezone.localdate()
        intake = runs.next_intake(course.pk, today)
        number = runs.suggest_number(course.code, today.year, intake)
        for name, hint in (("class_no", number), ("year", today.year), ("intake_no", intake)):
            self.fields[name].widget.attrs["placeholder"] = hint

    def is_valid(self) -> bool:
        """Check class and rows both, so that every error is shown at once."""
        rows_are_valid = self.sessions.is_valid()
        return super().is_valid() and rows_are_valid

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if course := data.get("course"):
            self._fill_number(data, course)
        if (data.get("reserve") or 0) > (data.get("capacity") or 0):
            self.add_error("reserve", _("The reserve is part of the seats; it cannot be more."))
        return data

    def clean_offer_hours(self) -> int:
        return self._typed_or_usual("offer_hours")

    def clean_reserve(self) -> int:
        return self._typed_or_usual("reserve")

    def _typed_or_usual(self, name: str) -> int:
        """An emptied field asks for what is usual, not for an error."""
        typed = self.cleaned_data[name]
        field: Any = CourseRun._meta.get_field(name)  # noqa: SLF001
        return field.default if typed is None else typed  # type: ignore[no-any-return]

    def _fill_number(self, data: dict[str, Any], course: CoursePage) -> None:
        day = (self.sessions.first_day() if self.sessions.is_valid() else None) or timezone.localdate()
        data["year"] = data.get("year") or day.year
        if not data.get("intake_no"):
            data["intake_no"] = runs.next_intake(course.pk, datetime.date(data["year"], 1, 1))
        data["class_no"] = data.get("class_no") or runs.suggest_number(course.code, data["year"], data["intake_no"])

    def _update_errors(self, errors: ValidationError) -> None:
        """Tell a constraint at the field that breaks it instead of at the top."""
        told = getattr(errors, "error_dict", {})
        places = _places()
        for error in list(told.get(NON_FIELD_ERRORS, [])):
            if field := places.get(error.messages[0]):
                told[NON_FIELD_ERRORS].remove(error)
                told.setdefault(field, []).append(error)
        if not told.get(NON_FIELD_ERRORS, True):
            del told[NON_FIELD_ERRORS]
        super()._update_errors(errors)  # type: ignore[misc]  # Django's own, missing in its stubs

    def save_by(self, person: User) -> CourseRun:
        """Store the class and its sessions, or neither. Raises what the services raise."""
        run = runs.save_run(run=self.instance, by=person)
        self._save_m2m()  # type: ignore[attr-defined]
        try:
            schedule.save_schedule(run=run, sessions=self.sessions.sessions(), by=person)
        except ValidationError as error:
            raise ScheduleRefused(" ".join(error.messages)) from error
        return run

    def refuse(self, refusal: Exception) -> None:
        """Show what a service said where it belongs, and keep what was typed."""
        if isinstance(refusal, ABOUT_SESSIONS):
            self.sessions.refuse(refusal)
        elif isinstance(refusal, ValidationError):
            self.add_error(None, refusal.messages)
        else:
            self.add_error(FIELD_OF_REFUSAL.get(getattr(refusal, "code", "")), self._said(refusal))

    def _said(self, refusal: Exception) -> str:
        """What was refused; where people are over, with the way to the page that shows them."""
        if not isinstance(refusal, CapacityBelowSeatsTaken):
            return str(refusal)
        url = f"{reverse('runs:board', args=[self.instance.pk])}?seats={self.cleaned_data['capacity']}#last"
        return format_html('{} <a href="{}">{}</a>', str(refusal), url, _("Open “Seats and queue”"))


def _places() -> dict[str, str]:
    """Where to tell a constraint, by its message."""
    constraints = [row for row in CourseRun._meta.constraints if row.name in FIELD_OF_CONSTRAINT]  # noqa: SLF001
    return {str(row.get_violation_error_message()): FIELD_OF_CONSTRAINT[row.name] for row in constraints}
