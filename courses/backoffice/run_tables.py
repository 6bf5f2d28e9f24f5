"""Tables of a class: roster, queue, quotas, attendance; and the nomination list (报名回执), out and in."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import require_row, visible_rows
from core.tables.writing import Field
from courses.backoffice.base import stamp
from courses.models import CourseRun, Enrolment, Nomination
from courses.presenters.attendance_tables import class_table, xlsx
from courses.selectors.office import attendance_sheet
from courses.selectors.run_lists import list_rows, queue_rows, quota_rows, roster_rows
from courses.services.nomination_import import NOMINATIONS
from courses.services.nominations import NOMINATE
from people.forms.imports import TableForm
from people.models import ImportBatch, Unit, User
from people.permissions import units_open_to
from people.services.imports.intake import receive

PERSON = (Field("序号", 6), Field("姓名", 12), Field("单位", 30), Field("职务/职称", 16), Field("人员类别", 26))
NOTES = ("填报人：", "审核人：", "（盖章）")  # what a unit fills in by hand


def _professions(person: User) -> str:
    return "、".join(one.name for one in person.professions.all())


def _of_person(number: int, person: User, unit: Unit | None) -> list[Any]:
    return [number, person.name, unit.name if unit else "", person.title, _professions(person)]


class RunTableView(View):
    """A table of one class, of rows in scope only."""

    def get(self, request: HttpRequest, pk: int, table: str) -> HttpResponse:
        run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
        require_row(request.user, run, ("view", "change"))
        if table not in TABLES:
            raise Http404
        needed, make = TABLES[table]
        if not request.user.has_perm(needed):
            raise PermissionDenied
        return make(run, request)


def roster_table(run: CourseRun, request: HttpRequest) -> HttpResponse:
    fields = [*PERSON, Field("工号", 14), Field("状态", 12)]
    people = roster_rows(run, visible_rows(Enrolment, request.user, ("view",)))
    rows = (
        [*_of_person(number, row.person, row.unit), row.person.work_number, str(row.get_status_display())]
        for number, row in enumerate(people, 1)
    )
    return xlsx(f"{run.class_no}-roster", f"{run.course.title}（{run.class_no}）学员名单", fields, rows)


def queue_table(run: CourseRun, request: HttpRequest) -> HttpResponse:
    fields = [Field("位次", 6), *PERSON[1:], Field("报名时间", 18), Field("报名方式", 16)]
    people: Any = queue_rows(run, visible_rows(Enrolment, request.user, ("view",)))
    rows = (
        [*_of_person(row.place, row.person, row.unit), stamp(row.created_at), str(row.get_way_display())]
        for row in people
    )
    return xlsx(f"{run.class_no}-queue", f"{run.course.title}（{run.class_no}）候补名单", fields, rows)


def quota_table(run: CourseRun, request: HttpRequest) -> HttpResponse:
    numbers = ("名额", "已用", "已转公开", "剩余")
    fields = [Field("单位", 30), Field("人员类别", 20), *(Field(heading, 10) for heading in numbers)]
    quotas = list(quota_rows(run))
    shares = [(row.seats, row.taken, row.released, row.unused) for row in quotas]
    rows: list[list[Any]] = [
        [row.unit.name, row.profession.name if row.profession else "不限", *share]
        for row, share in zip(quotas, shares, strict=True)
    ]
    totals = [sum(column) for column in zip(*shares, strict=True)] or [0, 0, 0, 0]
    rows += [["合计", "", *totals], ["预留", "", run.reserve], ["总名额", "", run.capacity]]
    return xlsx(f"{run.class_no}-quotas", f"{run.course.title}（{run.class_no}）名额分配表", fields, rows)


def attendance_table(run: CourseRun, request: HttpRequest) -> HttpResponse:
    return class_table(run, attendance_sheet(run, visible_rows(Enrolment, request.user, ("view",))))


TABLES = {
    "roster": ("courses.view_enrolment", roster_table),
    "attendance": ("courses.view_attendancerecord", attendance_table),
    "queue": ("courses.view_enrolment", queue_table),
    "quotas": ("courses.view_courserun", quota_table),
}


# 报名回执


LIST_FIELDS = (*PERSON, Field("工号", 14), Field("执业证号", 20), Field("手机", 14), Field("备注", 24))


class ListTableView(View):
    """The list of one unit, as it would be uploaded again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("courses.view_nomination"):
            raise PermissionDenied
        nomination = get_object_or_404(Nomination.objects.select_related("run__course", "unit"), pk=pk)
        if not units_open_to(request.user).filter(pk=nomination.unit_id).exists():
            raise Http404
        return list_table(nomination)


def list_table(nomination: Nomination) -> HttpResponse:
    entries, became = list_rows(nomination)
    rows = (
        [
            *_of_person(number, entry.person, entry.person.unit), entry.person.work_number, entry.person.licence_number,
            entry.person.phone, entry.note, became.get(entry.person_id, ""),
        ]
        for number, entry in enumerate(entries, 1)
    )  # fmt: skip
    run, fields = nomination.run, [*LIST_FIELDS, Field("结果", 14)]
    title = f"{run.course.title}（{run.class_no}）报名回执"
    return xlsx(f"{run.class_no}-list-{nomination.pk}", title, fields, rows, NOTES)


class ListTemplateView(View):
    """The empty list to fill in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(NOMINATE):
            raise PermissionDenied
        units = list(units_open_to(request.user).filter(dissolved_on=None).values_list("name", flat=True))
        fields = [*LIST_FIELDS[:2], Field("单位", 30, units, False), *LIST_FIELDS[3:]]
        return xlsx(f"nominations-{timezone.localdate():%Y%m%d}", "报名回执", fields, [], NOTES)


class ListForm(TableForm):
    """For which unit, and the table."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit that nominates"), queryset=Unit.objects.none())
    field_order = ("unit", "file")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class NominateView(WagtailAdminTemplateMixin, FormView):
    """Take the list of a unit for one class as a table; the rows are looked at on the screen of every import."""

    form_class = ListForm
    template_name = "courses/backoffice/nominate_table.html"
    page_title = gettext_lazy("Import a nomination list")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(NOMINATE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.shown().select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.run)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"units": units_open_to(self.request.user).filter(dissolved_on=None)}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("unit", "")
        return {"unit": asked if asked.isdecimal() else self.request.user.unit}  # type: ignore[union-attr]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"run": self.run}

    def form_valid(self, form: ListForm) -> HttpResponse:
        context = {"run": self.run.pk, "unit": form.cleaned_data["unit"].pk}
        try:
            batch: ImportBatch = receive(
                kind=NOMINATIONS, upload=form.cleaned_data["file"], by=cast("User", self.request.user), context=context
            )
        except ValidationError as fault:
            form.add_error("file", fault)
            return self.form_invalid(form)
        return HttpResponseRedirect(reverse("people_imports:batch", args=[batch.pk]))


def button_labels() -> list[tuple[str, str]]:
    """The tables of a class, as the overview of it links them."""
    return [
        ("roster", _("Roster (.xlsx)")),
        ("queue", _("Waiting list (.xlsx)")),
        ("quotas", _("Quotas (.xlsx)")),
        ("attendance", _("Attendance (.xlsx)")),
    ]


urlpatterns = [
    path("run-tables/<int:pk>/<slug:table>.xlsx", RunTableView.as_view(), name="table"),
    path("nomination-tables/<int:pk>.xlsx", ListTableView.as_view(), name="list"),
    path("nomination-tables/template.xlsx", ListTemplateView.as_view(), name="template"),
    path("nomination-tables/import/<int:pk>/", NominateView.as_view(), name="nominate"),
]
