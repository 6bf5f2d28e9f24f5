"""考勤统计: attendance over a period, by unit, by person, and who attended little. Reports; they change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from core.errors import Refusal
from core.tables.writing import Field
from courses.backoffice.attendance_totals import FIGURES, Chosen
from courses.backoffice.run_tables import xlsx
from courses.models import AttendanceRecord
from courses.permissions import MANAGE
from courses.presenters.charts import Chart, attendance_chart
from courses.selectors.attendance_totals import Totals, total_of
from courses.selectors.low_attendance import reminded_on
from courses.services.attendance_reminders import Reminded, remind_of_attendance
from people.models import Unit, User

ON_PAGE = 50
EVERYBODY = "everybody"
PARTS: dict[str, str | Promise] = {
    "units": gettext_lazy("By unit"),
    "people": gettext_lazy("By person"),
    "low": gettext_lazy("Low attendance"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table: who, where a look at it leads, the figures with their labels."""

    name: str
    totals: Totals
    url: str = ""
    note: str = ""
    person: User | None = None
    was_reminded: bool = False

    @property
    def cells(self) -> list[tuple[str, str]]:
        return [(str(figure.label), str(figure.read(self.totals))) for figure in FIGURES]


class PeoplePaginator(WagtailPaginator):
    """Says how many people there are, not how many items."""

    verbose_name = gettext_lazy("person")
    verbose_name_plural = gettext_lazy("people")


class SeesAttendance:
    """For those who may see records of attendance; which rows those are is for the policy to say."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy_registry.get_by_type(AttendanceRecord).user_has_permission(request.user, "view"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    @cached_property
    def chosen(self) -> Chosen:
        return Chosen(self.request)


class TotalsView(SeesAttendance, WagtailAdminTemplateMixin, TemplateView):
    """One part of the report. The other two stand beside it, with the same choice."""

    template_name = "courses/backoffice/attendance_totals.html"
    page_title = gettext_lazy("Attendance report")
    header_icon = "tick"
    part = "units"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, rows = self._listed()
        return super().get_context_data(**kwargs) | {
            "filters": self.chosen.filters,
            "part": self.part,
            "parts": [(name, label, address(name, self.chosen.query)) for name, label in PARTS.items()],
            "table_url": address(f"{self.part}_table", self.chosen.query),
            "labels": [figure.label for figure in FIGURES],
            "rows": rows,
            "items": page,
            "elided_page_range": page.paginator.get_elided_page_range(page.number) if page else (),
            "total": Row("", self._total),
            "chart": self._chart,
            "below": self.chosen.below,
            "low_count": len(self.chosen.low) if self.part == "low" else 0,
            "may_remind": self.part == "low" and self.request.user.has_perm(MANAGE),
            "remind_url": address("remind", self.chosen.query),
        }

    def _listed(self) -> tuple[Page[Any] | None, list[Row]]:
        if self.part == "units":
            return None, [self._of_unit(unit, totals) for unit, totals in self.chosen.by_unit]
        found = self.chosen.low if self.part == "low" else self.chosen.by_person
        page = PeoplePaginator(list(found.items()), ON_PAGE).get_page(self.request.GET.get("p"))
        return page, self._of_people(dict(page.object_list))

    def _of_unit(self, unit: Unit | None, totals: Totals) -> Row:
        if unit is None:
            return Row(_("Without a unit"), totals)
        query = self.request.GET.copy()
        query["unit"] = str(unit.pk)
        return Row(unit.short_name or unit.name, totals, url=address("people", query.urlencode()))

    def _of_people(self, found: dict[int, Totals]) -> list[Row]:
        people = {one.pk: one for one in User.objects.filter(pk__in=list(found)).with_unit()}
        told = reminded_on(self.chosen.today, list(found)) if self.part == "low" else set()
        return [
            Row(person.name, totals, note=_unit(person), person=person, was_reminded=pk in told)
            for pk, totals in found.items()
            if (person := people.get(pk))
        ]

    @property
    def _total(self) -> Totals:
        if self.part == "units":
            return total_of(totals for _unit, totals in self.chosen.by_unit)
        return total_of((self.chosen.low if self.part == "low" else self.chosen.by_person).values())

    @property
    def _chart(self) -> Chart | None:
        if self.part != "units":
            return None
        rows = [
            (unit.short_name or unit.name if unit else _("Without a unit"), one) for unit, one in self.chosen.by_unit
        ]
        return attendance_chart("units", _("Attendance by unit, in minutes"), rows)

    def get_page_subtitle(self) -> str:
        return str(PARTS[self.part])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, here]


def address(name: str, query: str = "") -> str:
    return reverse(f"attendance_totals:{name}") + (f"?{query}" if query else "")


def _unit(person: User) -> str:
    return (person.unit.short_name or person.unit.name) if person.unit else ""


# The same as a table to save


class TotalsTableView(SeesAttendance, View):
    """Everything that the part lists, not cut into pages. The headings are Chinese: the file is an official paper."""

    part = "units"

    def get(self, request: HttpRequest) -> HttpResponse:
        period = self.chosen.period
        title = f"{TITLES[self.part]}（{period.first}至{period.last}）"
        figures = [Field(figure.heading, 10) for figure in FIGURES]
        who = [Field("单位", 30)] if self.part == "units" else [Field("姓名", 12), Field("工号", 14), Field("单位", 30)]
        return xlsx(f"attendance-{self.part}", title, [Field("序号", 6), *who, *figures], self._rows())

    def _rows(self) -> Iterator[Sequence[Any]]:
        for number, (who, totals) in enumerate(self._who(), start=1):
            yield [number, *who, *(figure.read(totals) for figure in FIGURES)]

    def _who(self) -> Iterable[tuple[list[str], Totals]]:
        if self.part == "units":
            return [([unit.name if unit else "无单位"], totals) for unit, totals in self.chosen.by_unit]
        found = self.chosen.low if self.part == "low" else self.chosen.by_person
        people = {one.pk: one for one in User.objects.filter(pk__in=list(found)).with_unit()}
        return [
            ([people[pk].name, people[pk].work_number or "", people[pk].unit.name if people[pk].unit else ""], totals)
            for pk, totals in found.items()
        ]


TITLES = {"units": "各单位考勤统计", "people": "人员考勤统计", "low": "出勤率偏低人员名单"}


# Reminding


class RemindView(SeesAttendance, View):
    """Write to one person of the list of low attendance, or to everybody on it; one service call."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        whom = request.POST.get("person", "")
        if self.chosen.is_valid and (whom == EVERYBODY or whom.isdecimal()):
            self._remind(None if whom == EVERYBODY else [int(whom[:18])])
        return HttpResponseRedirect(address("low", self.chosen.query))

    def _remind(self, people: list[int] | None) -> None:
        try:
            reminded = remind_of_attendance(
                enrolments=self.chosen.enrolments, period=self.chosen.period, below=self.chosen.below,
                by=cast("User", self.request.user), people=people,
            )  # fmt: skip
        except Refusal as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, said(reminded))


def said(reminded: Reminded) -> str:
    """提醒了3人。另有2人今天已提醒过。"""
    parts = []
    if reminded.told:
        told = ngettext("%(count)d person was reminded.", "%(count)d people were reminded.", reminded.told)
        parts.append(told % {"count": reminded.told})
    if reminded.before:
        before = ngettext(
            "%(count)d person had a letter of today already.",
            "%(count)d people had a letter of today already.",
            reminded.before,
        )
        parts.append(before % {"count": reminded.before})
    return " ".join(parts)


urlpatterns = [
    *(path(f"{part}/" if part != "units" else "", TotalsView.as_view(part=part), name=part) for part in PARTS),
    *(path(f"{part}.xlsx", TotalsTableView.as_view(part=part), name=f"{part}_table") for part in PARTS),
    path("remind/", RemindView.as_view(), name="remind"),
]
