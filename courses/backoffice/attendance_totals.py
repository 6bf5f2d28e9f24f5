"""What the report of attendance is about: the period and the people chosen above it, and its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from core.backoffice.scope import visible_rows
from courses.backoffice.fields import DayInput
from courses.enums import AttendanceStatus
from courses.models import CoursePage, Enrolment
from courses.presenters.charts import share_of
from courses.selectors.attendance_totals import LOW, Period, Totals, totals_by_person, totals_by_unit
from courses.selectors.low_attendance import below
from people.models import Unit, User
from people.permissions import units_open_to
from people.selectors.people import matching

YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Figure:
    """One column: its label on the screen, its heading in the file, its value."""

    label: str | Promise
    heading: str
    read: Callable[[Totals], str | int]


FIGURES = (
    Figure(pgettext_lazy("attendance", "Share"), "出勤率", share_of),
    Figure(pgettext_lazy("attendance", "Sessions"), "课次", lambda one: one.sessions),
    Figure(_("Attended"), "已参加", lambda one: one.attended),
    Figure(AttendanceStatus.LATE.label, "迟到", lambda one: one.late),
    Figure(AttendanceStatus.LEFT_EARLY.label, "早退", lambda one: one.left_early),
    Figure(AttendanceStatus.MADE_UP.label, "补课", lambda one: one.made_up),
    Figure(AttendanceStatus.OFFICIAL_DUTY.label, "公差", lambda one: one.duty),
    Figure(AttendanceStatus.ON_LEAVE.label, "请假", lambda one: one.leave),
    Figure(AttendanceStatus.ABSENT.label, "缺勤", lambda one: one.absent),
    Figure(_("Minutes due"), "应参加分钟", lambda one: one.minutes_due),
    Figure(_("Minutes that count"), "计入分钟", lambda one: one.minutes_earned),
    Figure(_("Not closed yet"), "点名册未关闭", lambda one: one.waiting),
)


class TotalsForm(forms.Form):
    """Days that could be meant, the last one not before the first."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("first", "last"):
            if (day := data.get(name)) and day.year not in YEARS:
                self.add_error(name, _("Please check the year."))
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return data


class TotalsFilterSet(WagtailFilterSet):
    """Period, people, course; `below` is the share that the list of low attendance asks for."""

    first = django_filters.DateFilter(label=pgettext_lazy("day", "From"), method="as_it_is", widget=DayInput)
    last = django_filters.DateFilter(label=pgettext_lazy("day", "Until"), method="as_it_is", widget=DayInput)
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=lambda request: units_open_to(request.user), method="in_unit", empty_label=_("All")
    )
    course = django_filters.ModelChoiceFilter(
        label=_("Course"), queryset=lambda request: _courses(request.user), field_name="run__course",
        empty_label=_("All"),
    )  # fmt: skip
    q = django_filters.CharFilter(label=_("Name, pinyin, initials or work number"), method="found")
    below = django_filters.NumberFilter(
        label=_("Low is below, per cent"), method="as_it_is", min_value=1, max_value=100, decimal_places=0
    )

    class Meta:
        model = Enrolment
        fields = ("first", "last", "unit", "course", "q", "below")
        form = TotalsForm

    def as_it_is(self, rows: QuerySet[Enrolment], name: str, value: Any) -> QuerySet[Enrolment]:
        return rows

    def in_unit(self, rows: QuerySet[Enrolment], name: str, value: Unit) -> QuerySet[Enrolment]:
        return rows.filter(unit__in=Unit.objects.with_descendants([value.pk]))

    def found(self, rows: QuerySet[Enrolment], name: str, value: str) -> QuerySet[Enrolment]:
        return rows.filter(person__in=matching(User.objects.all(), value[:60]).values("pk"))


def _courses(user: Any) -> QuerySet[CoursePage]:
    rows = visible_rows(Enrolment, user, ("view",))
    return CoursePage.objects.filter(pk__in=rows.values("run__course")).order_by("title")


class Chosen:
    """What stands in the fields above the report, with this year until today for what was left empty."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.at = request, timezone.now()
        self.today = timezone.localdate(self.at)

    @cached_property
    def filters(self) -> TotalsFilterSet:
        data = self.request.GET.copy()
        for name, value in {"first": self.today.replace(month=1, day=1), "last": self.today, "below": LOW}.items():
            if not data.get(name):
                data[name] = str(value)
        rows = visible_rows(Enrolment, self.request.user, ("view",))
        return TotalsFilterSet(data, queryset=rows, request=self.request)

    @property
    def is_valid(self) -> bool:
        return bool(self.filters.is_valid())

    @cached_property
    def enrolments(self) -> QuerySet[Enrolment]:
        """Enrolments in scope; none as long as the fields hold something impossible."""
        return self.filters.qs if self.is_valid else Enrolment.objects.none()

    @cached_property
    def period(self) -> Period:
        if not self.is_valid:
            return Period(self.today, self.today)
        data = self.filters.form.cleaned_data
        return Period(data["first"], data["last"])

    @property
    def below(self) -> int:
        return int(self.filters.form.cleaned_data["below"]) if self.is_valid else LOW

    @property
    def query(self) -> str:
        """The address of this choice, to be carried on; without the page of the list."""
        data = self.request.GET.copy()
        data.pop("p", None)
        return data.urlencode()

    @cached_property
    def by_unit(self) -> list[tuple[Unit | None, Totals]]:
        """In the order of the units; people without one at the end. Three queries."""
        found = totals_by_unit(self.period, self.at, self.enrolments)
        units = Unit.objects.filter(pk__in=[pk for pk in found if pk]).order_by("position", "name")
        rows: list[tuple[Unit | None, Totals]] = [(unit, found[unit.pk]) for unit in units]
        return [*rows, (None, found[None])] if None in found else rows

    @cached_property
    def by_person(self) -> dict[int, Totals]:
        """By user id, in the order of the names. Three queries."""
        found = totals_by_person(self.period, self.at, self.enrolments)
        people = User.objects.filter(pk__in=self.enrolments.order_by().values("person"))
        order = people.order_by("pinyin", "pk").values_list("pk", flat=True)
        return {pk: found[pk] for pk in order if pk in found}

    @cached_property
    def low(self) -> dict[int, Totals]:
        """Those below the share, the lowest first."""
        rows = below(self.by_person, self.below).items()
        return dict(sorted(rows, key=lambda row: row[1].minutes_good / row[1].minutes_due))
