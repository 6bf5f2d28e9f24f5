"""The quotas of a class (名额分配) as rows, and its reserve. The rules stand in `services.quotas`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRun, RunQuota
from courses.services.quotas import Share
from people.models import Profession, Unit

EMPTY_ROWS = 3
MOST = 32767  # what the column of the model holds


class QuotaForm(forms.Form):
    """One unit, one profession or any, so many seats. A row without a unit is no row."""

    unit = forms.ChoiceField(label=_("unit"), required=False)
    profession = forms.ChoiceField(label=_("profession"), required=False)
    seats = forms.IntegerField(label=_("quota"), min_value=0, max_value=MOST, required=False)

    def __init__(self, *args: Any, units: list[Any], professions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["profession"].choices = professions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("DELETE"):
            return data
        if data.get("unit") and data.get("seats") is None and "seats" not in self.errors:
            self.add_error("seats", _("Say how many seats."))
        if data.get("seats") and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        return data

    @property
    def is_row(self) -> bool:
        data = self.cleaned_data
        return bool(data.get("unit")) and not data.get("DELETE")


class QuotaRows(BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """The rows, with what is taken, released and unused of those that are stored."""

    def __init__(self, *args: Any, quotas: Iterable[RunQuota] = (), **kwargs: Any) -> None:
        self.quotas = list(quotas)
        initial = [{"unit": row.unit_id, "profession": row.profession_id, "seats": row.seats} for row in self.quotas]
        super().__init__(*args, **kwargs, initial=initial)  # type: ignore[misc]  # nobody hands `initial` in

    @cached_property
    def named_units(self) -> dict[str, Unit]:
        return {str(unit.pk): unit for unit in Unit.objects.all()}

    @cached_property
    def named_professions(self) -> dict[str, Profession]:
        return {str(row.pk): row for row in Profession.objects.all()}

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        units = [("", "—"), *((pk, str(unit)) for pk, unit in self.named_units.items())]
        professions = [("", _("any profession")), *((pk, str(row)) for pk, row in self.named_professions.items())]
        return {**super().get_form_kwargs(index), "units": units, "professions": professions}

    def rows(self) -> list[tuple[Any, RunQuota | None]]:
        """Each row with the stored quota that it shows, if any."""
        return [(form, self.quotas[n] if n < len(self.quotas) else None) for n, form in enumerate(self.forms)]

    def shares(self) -> list[Share]:
        """What was typed, as the service takes it."""
        return [
            Share(
                unit=self.named_units[form.cleaned_data["unit"]],
                seats=form.cleaned_data["seats"],
                profession=self.named_professions.get(form.cleaned_data["profession"]),
            )
            for form in self.forms
            if form.is_row
        ]


QuotaFormSet: Any = formset_factory(QuotaForm, formset=QuotaRows, extra=EMPTY_ROWS, can_delete=True, max_num=500)


class ReserveForm(forms.Form):
    """The seats that only the office gives away."""

    reserve = forms.IntegerField(
        label=_("reserve"), min_value=0, max_value=MOST, help_text=_("Seats that only the training office gives away.")
    )

    @classmethod
    def of(cls, run: CourseRun, data: Any = None) -> ReserveForm:
        return cls(data, initial={"reserve": run.reserve})
