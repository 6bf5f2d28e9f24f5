"""The form of a class with its sessions: what people type. The rules stand in the services."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.backoffice.fields import MomentField
from courses.backoffice.session_rows import SessionFormSet
from courses.errors import RunIncomplete, ScheduleRefused, SessionHasMarks
from courses.models import CoursePage, CourseRun
from courses.selectors.office import teaching_staff, trainers_by_session
from courses.services import runs, schedule
from people.models import User
from people.permissions import units_open_to

# Where a constraint over several fields is told.
FIELD_OF_CONSTRAINT = {"sign_up_closes_after_it_opens": "sign_up_closes_at", "one_run_per_intake": "intake_no"}
FIELD_OF_REFUSAL = {"capacity_below_seats_taken": "capacity", "course_not_changeable": "course"}
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
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100, required=False)
    supervisor = PersonField(label=_("class supervisor"), queryset=User.objects.none(), required=False)

    class Meta:
        model = CourseRun
        fields = (
            "course", "class_no", "year", "intake_no", "sign_up_opens_at", "sign_up_closes_at", "capacity",
            "waitlist_enabled", "approval_required", "professions", "units", "venue", "organiser", "supervisor", "note",
        )  # fmt: skip
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "professions": forms.CheckboxSelectMultiple,
            "units": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, for_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_no"].required = self.fields["intake_no"].required = False
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
        return data

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
            self.add_error(FIELD_OF_REFUSAL.get(getattr(refusal, "code", "")), str(refusal))


def _places() -> dict[str, str]:
    """Where to tell a constraint, by its message."""
    constraints = [row for row in CourseRun._meta.constraints if row.name in FIELD_OF_CONSTRAINT]  # noqa: SLF001
    return {str(row.get_violation_error_message()): FIELD_OF_CONSTRAINT[row.name] for row in constraints}
