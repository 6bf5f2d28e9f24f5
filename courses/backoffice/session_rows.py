"""The sessions of a class as rows of its form. The rules stand in `services.schedule`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy

from courses.backoffice.fields import ClockInput, DayInput
from courses.errors import SessionHasMarks
from courses.models import AttendanceEvent, ClassSession, CourseRun

EMPTY_ROWS = 3
# When evening classes are held; the hours of the bureau's own announcements.
EVENING = (datetime.time(17, 40), datetime.time(19, 10))
Choices = Sequence[tuple[Any, str]]


class SessionForm(forms.ModelForm):
    """One sitting: a day, two times, who teaches. A row whose day stays empty and that says nothing is no session."""

    day = forms.DateField(label=gettext_lazy("day"), widget=DayInput)
    begins = forms.TimeField(label=gettext_lazy("begins"), widget=ClockInput, initial=EVENING[0])
    ends = forms.TimeField(label=gettext_lazy("ends"), widget=ClockInput, initial=EVENING[1])
    trainer_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("trainers"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ClassSession
        fields = ("topic", "venue")

    def __init__(
        self, *args: Any, trainers: Choices = (), chosen: Mapping[int, list[int]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer_ids"].choices = trainers  # type: ignore[attr-defined]
        if self.instance.pk:
            starts, ends = timezone.localtime(self.instance.starts_at), timezone.localtime(self.instance.ends_at)
            self.initial.update(day=starts.date(), begins=_clock(starts), ends=_clock(ends))
            self.initial["trainer_ids"] = (chosen or {}).get(self.instance.pk, [])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"day", "begins", "ends"} <= data.keys() and {"day", "begins", "ends"} & set(self.changed_data):
            self.instance.starts_at = _moment(data["day"], data["begins"])
            self.instance.ends_at = _moment(data["day"], data["ends"])
        return data

    def _update_errors(self, errors: ValidationError) -> None:
        """Tell what the model says of its moments at the fields that they were made of."""
        told = getattr(errors, "error_dict", {})
        for name, field in (("starts_at", "begins"), ("ends_at", "ends")):
            if name in told:
                told[field] = told.pop(name)
        super()._update_errors(errors)  # type: ignore[misc]  # Django's own, missing in its stubs

    def as_session(self) -> ClassSession:
        """Return the row as the service takes it."""
        self.instance.trainer_ids = self.cleaned_data["trainer_ids"]
        return self.instance

    def chosen_trainers(self) -> list[str]:
        """The names ticked in this row, for its closed list."""
        ticked = {str(value) for value in self["trainer_ids"].value() or ()}
        return [label for pk, label in self.fields["trainer_ids"].choices if str(pk) in ticked]  # type: ignore[attr-defined]


def _clock(moment: datetime.datetime) -> datetime.time:
    return moment.time().replace(second=0, microsecond=0)


def _moment(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, clock))


class BaseSessionFormSet(BaseInlineFormSet):
    """The sessions of one class, without the cancelled ones: those stay as they are."""

    def rows(self) -> Iterator[Any]:
        """Rows that say something and were not taken out."""
        for form in self.forms:
            taken_out = form.cleaned_data.get("DELETE") if hasattr(form, "cleaned_data") else False
            if not taken_out and (form.instance.pk or form.has_changed()):
                yield form

    def first_day(self) -> datetime.date | None:
        """The day on which the class begins, as far as the rows say it."""
        return min((form.cleaned_data["day"] for form in self.rows()), default=None)

    def sessions(self) -> list[ClassSession]:
        """All sessions that the class shall have, in order, cancelled ones included."""
        cancelled = self.instance.sessions.filter(cancelled_at__isnull=False) if self.instance.pk else []
        return sorted([*(row.as_session() for row in self.rows()), *cancelled], key=lambda session: session.starts_at)

    def refuse(self, refusal: Exception) -> None:
        """Show what the service said: at the changed rows that carry marks, else above all rows."""
        marked = self._changed_marked_rows() if isinstance(refusal, SessionHasMarks) else []
        for form in marked:
            form.add_error(None, str(refusal))
        if not marked:
            self.non_form_errors().append(str(refusal))

    def _changed_marked_rows(self) -> list[forms.ModelForm]:
        changed = {form.instance.pk: form for form in self.initial_forms if form.has_changed()}
        marked = AttendanceEvent.objects.filter(session__in=changed).values_list("session", flat=True)
        return [changed[pk] for pk in sorted(set(marked))]


SessionFormSet = inlineformset_factory(
    CourseRun,
    ClassSession,
    form=SessionForm,
    formset=BaseSessionFormSet,
    extra=EMPTY_ROWS,
    max_num=200,
    validate_max=True,
)
