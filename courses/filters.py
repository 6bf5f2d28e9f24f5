"""The filters of the catalogue. A filter narrows what a selector gives; it never grants."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.facets import Chip, Choice, Facet, query_of
from courses.enums import Category, Mode, Requirement, RunState
from courses.models import CoursePage
from people.models import Profession

Condition = Callable[[str], Q]


def in_category(value: str) -> Q:
    return Q(category=value)


def of_requirement(value: str) -> Q:
    return Q(requirement=value)


def in_mode(value: str) -> Q:
    """A course on site and online is found under both."""
    return Q(mode__in=[value, Mode.HYBRID])


def has_run_in_state(value: str) -> Q:
    return Q(**{f"has_{value}": True})


def has_free_seats(value: str) -> Q:
    return Q(has_free=True)


def for_profession(value: str) -> Q:
    """Courses for that profession, and those for everybody."""
    links = CoursePage.professions.through.objects
    named = links.filter(profession__code=value).values("coursepage_id")
    return Q(pk__in=named) | ~Q(pk__in=links.values("coursepage_id"))


def begins_in_month(value: str) -> Q:
    """`value` is 2026-12: the month, in Shanghai, in which the next class begins."""
    first = datetime.date.fromisoformat(f"{value}-01")
    after = (first + datetime.timedelta(days=32)).replace(day=1)
    return Q(next_starts__gte=_midnight(first), next_starts__lt=_midnight(after))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Choices of one group widen each other; different groups narrow each other."""

    def __init__(self, *, condition: Condition, **kwargs: Any) -> None:
        errors = {"invalid_choice": _("“%(value)s” is no choice here and was left out.")}
        super().__init__(widget=forms.CheckboxSelectMultiple, error_messages=errors, **kwargs)
        self.condition = condition

    def chosen(self, values: list[str]) -> Q:
        return reduce(or_, map(self.condition, values), Q())

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(self.chosen(value)) if value else qs


class TextFilter(django_filters.CharFilter):
    def chosen(self, value: str) -> Q:
        if not value:
            return Q()
        return Q(title__icontains=value) | Q(summary__icontains=value) | Q(code__icontains=value)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(self.chosen(value)) if value else qs


STATE_CHOICES = [(s.value, s.label) for s in (RunState.OPEN, RunState.FULL, RunState.COMING, RunState.RUNNING)]


class CatalogueFilter(django_filters.FilterSet):
    """Narrow `selectors.catalogue.catalogue(at)`; several groups share one query for their counts."""

    q = TextFilter(label=_("Search in title, summary and code"), max_length=60)
    state = FacetFilter(label=_("Classes"), choices=STATE_CHOICES, condition=has_run_in_state)
    free = FacetFilter(label=_("Seats"), choices=[("1", _("Free seats only"))], condition=has_free_seats)
    channel = FacetFilter(label=_("Channel"), choices=Category.choices, condition=in_category)
    profession = FacetFilter(label=_("For profession"), choices=[], condition=for_profession)
    requirement = FacetFilter(label=_("Compulsory or elective"), choices=Requirement.choices, condition=of_requirement)
    mode = FacetFilter(
        label=_("Form of teaching"), choices=[c for c in Mode.choices if c[0] != Mode.HYBRID], condition=in_mode
    )
    month = FacetFilter(label=_("Next class in"), choices=[], condition=begins_in_month)

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[CoursePage],
        *,
        professions: list[Profession],
        months: list[datetime.date],
    ) -> None:
        super().__init__(data, queryset)
        self.filters["profession"].extra["choices"] = [(one.code, str(one)) for one in professions]
        self.filters["month"].extra["choices"] = [
            (f"{first:%Y-%m}", date_format(first, pgettext("date format", "F Y"))) for first in months
        ]

    @property
    def values(self) -> dict[str, Any]:
        """The valid values that were asked for; what is not valid is told in `errors` and left out."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def facets(self) -> list[Facet]:
        """Every group with its counts: how many courses each choice shows together with the other groups. One query."""
        counts = self.queryset.order_by().aggregate(**self._totals())
        return [self._facet(name, counts) for name in self._facet_names()]

    def _facet_names(self) -> list[str]:
        return [name for name, one in self.filters.items() if isinstance(one, FacetFilter)]

    def _totals(self) -> dict[str, Count]:
        totals = {}
        for name in self._facet_names():
            others = self._others(name)
            for number, (value, _label) in enumerate(self.filters[name].extra["choices"]):
                totals[f"{name}_{number}"] = Count("pk", filter=others & self.filters[name].condition(value))
        return totals

    def _others(self, name: str) -> Q:
        conditions = [self.filters[other].chosen(value) for other, value in self.values.items() if other != name]
        return reduce(and_, conditions, Q())

    def _facet(self, name: str, counts: dict[str, int]) -> Facet:
        chosen = self.values.get(name, [])
        choices = [
            Choice(f"id_{name}_{number}", value, label, counts[f"{name}_{number}"], value in chosen)
            for number, (value, label) in enumerate(self.filters[name].extra["choices"])
        ]
        return Facet(name, self.filters[name].label, choices)

    def chips(self) -> list[Chip]:
        """The filters in force, in words, each with the way to take it off."""
        chips = []
        for name, value in self.values.items():
            if name == "q":
                chips.append(Chip(f"“{value}”", self.query(without=("q", value))))
                continue
            labels = dict(self.filters[name].extra["choices"])
            chips += [Chip(labels[one], self.query(without=(name, one))) for one in value]
        return chips

    def query(self, *, without: tuple[str, str] | None = None) -> str:
        """The address part that brings this selection back; empty values and the page number are left out."""
        return query_of({name: [value] if name == "q" else value for name, value in self.values.items()}, without)
