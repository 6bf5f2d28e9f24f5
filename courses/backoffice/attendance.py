"""Attendance records (考勤) in the back office: read only; registers are kept at /teach/."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn

from core.backoffice.viewsets import ScopedIndexView, ScopedInspectView
from courses.backoffice.base import DayRange, DeclaredExport, ExportColumn, KeptViewSet, PersonSearch, TitledList, local
from courses.backoffice.enrolments import RunFilter
from courses.backoffice.sentences import history_of_record
from courses.enums import ATTENDED, AttendanceStatus
from courses.models import AttendanceRecord
from courses.presenters import dates
from people.permissions import units_open_to


class AttendanceFilterSet(WagtailFilterSet):
    """Narrows the list of attendance records."""

    status = django_filters.MultipleChoiceFilter(label=_("status"), choices=AttendanceStatus.choices)
    run = RunFilter(field_name="session__run")
    day = django_filters.DateFromToRangeFilter(label=_("day"), field_name="session__starts_at", widget=DayRange)
    unit = django_filters.ModelChoiceFilter(
        label=_("unit"), field_name="enrolment__unit", queryset=lambda request: units_open_to(request.user)
    )

    class Meta:
        model = AttendanceRecord
        fields = ("status", "run", "day", "unit")


class AttendanceIndexView(DeclaredExport, TitledList, PersonSearch, ScopedIndexView):
    person_path = "enrolment__person"
    title = {
        "name": "person",
        "label": _("person"),
        "accessor": "enrolment.person",
        "sort_key": "enrolment__person__pinyin",
    }
    list_display = (
        Column("unit", label=_("unit"), accessor=lambda row: _unit(row).short_name if _unit(row) else ""),
        Column("run", label=_("class"), accessor=lambda row: row.session.run.class_no),
        Column(
            "session", label=_("session"), sort_key="session__starts_at",
            accessor=lambda row: dates.span(row.session.starts_at, row.session.ends_at),
        ),
        StatusTagColumn(
            "status", label=_("status"), accessor="get_status_display", primary=lambda row: row.status in ATTENDED
        ),
        Column("minutes_earned", label=_("minutes earned"), sort_key="minutes_earned"),
        Column("changed_by", label=_("changed by")),
    )  # fmt: skip
    export_columns = (
        ExportColumn("class_no", _("class number"), lambda row: row.session.run.class_no),
        ExportColumn("course", _("course"), lambda row: row.session.run.course.title),
        ExportColumn("starts_at", _("begins"), lambda row: local(row.session.starts_at)),
        ExportColumn("person", _("person"), lambda row: row.enrolment.person.name),
        ExportColumn("work_number", _("work number"), lambda row: row.enrolment.person.work_number or ""),
        ExportColumn("unit", _("unit at sign-up"), lambda row: _unit(row).name if _unit(row) else ""),
        ExportColumn("status", _("status"), lambda row: str(row.get_status_display())),
        ExportColumn("minutes_late", _("minutes late"), lambda row: row.minutes_late),
        ExportColumn("minutes_early", _("minutes left early"), lambda row: row.minutes_early),
        ExportColumn("minutes_earned", _("minutes earned"), lambda row: row.minutes_earned),
        ExportColumn("note", _("note"), lambda row: row.note),
        ExportColumn("changed_at", _("changed at"), lambda row: local(row.changed_at)),
        ExportColumn("changed_by", _("changed by"), lambda row: str(row.changed_by)),
    )


def _unit(record: AttendanceRecord) -> Any:
    return record.enrolment.unit


class AttendanceInspectView(ScopedInspectView):
    """One record with the marks that made it."""

    template_name = "courses/backoffice/record_inspect.html"
    page_title = _("Attendance record")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "record": self.object,
            "when": dates.span(self.object.session.starts_at, self.object.session.ends_at),
            "history": history_of_record(self.object),
        }


class AttendanceViewSet(KeptViewSet):
    model = AttendanceRecord
    name = "attendance"
    icon = "tick"
    menu_label = _("Attendance")
    menu_order = 5
    index_view_class = AttendanceIndexView
    inspect_view_class = AttendanceInspectView
    inspect_view_fields = ["status"]
    inspect_template_name = "courses/backoffice/record_inspect.html"
    list_select_related = (
        "enrolment__person",
        "enrolment__run",
        "enrolment__unit",
        "session__run__course",
        "changed_by",
    )
    list_per_page = 50
    filterset_class = AttendanceFilterSet
    search_fields = ("session__run__class_no", "session__run__course__title")
    search_backend_name = None
    ordering = ("-session__starts_at", "enrolment")
    export_filename = "attendance"
