"""The attendance sheet of one class: everybody on the roster against every session, on screen and as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from core.backoffice.scope import SafeExportMixin, ScopedObjectMixin, visible_rows
from courses.models import AttendanceRecord, CourseRun, Enrolment
from courses.selectors.office import Sheet, SheetRow, attendance_sheet

PERSON_COLUMNS = ("name", "work_number", "unit")


def mark_text(record: AttendanceRecord | None) -> str:
    """The mark as the office writes it in a cell."""
    return str(record.get_status_display()) if record else ""


class AttendanceSheetView(
    SafeExportMixin, SpreadsheetExportMixin, ScopedObjectMixin, WagtailAdminTemplateMixin, DetailView
):
    """Only rows of people whose enrolments the reader may see."""

    model = CourseRun
    template_name = "courses/backoffice/attendance_sheet.html"
    page_title = gettext_lazy("Attendance sheet")
    header_icon = "list-ul"
    row_actions = ("view", "change")
    object: CourseRun
    sheet: Sheet

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        self.sheet = attendance_sheet(self.object, visible_rows(Enrolment, request.user, ("view",)))
        if self.is_export:
            return self.as_spreadsheet(self.sheet.rows, request.GET["export"])
        return self.render_to_response(self.get_context_data(object=self.object))

    @property
    def list_export(self) -> list[str]:
        return [*PERSON_COLUMNS, *(f"session-{session.pk}" for session in self.sheet.sessions), "minutes"]

    def get_heading(self, queryset: Any, field: str) -> str:
        return self._headings()[field]

    def _headings(self) -> dict[str, str]:
        days = {f"session-{s.pk}": f"{timezone.localtime(s.starts_at):%Y-%m-%d %H:%M}" for s in self.sheet.sessions}
        people = {"name": _("Full name"), "work_number": _("Work number"), "unit": _("Unit")}
        return {**people, **days, "minutes": _("Minutes earned")}

    def to_row_dict(self, item: SheetRow) -> dict[str, Any]:
        person, unit = item.enrolment.person, item.enrolment.unit
        cells = [person.name, person.work_number or "", unit.name if unit else "", *map(mark_text, item.records)]
        return dict(zip(self.list_export, [*cells, item.minutes], strict=True))

    def get_filename(self) -> str:
        return f"attendance-{self.object.class_no}"

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("runs:index"), "label": _("Classes")},
            {"url": reverse("runs:inspect", args=[self.object.pk]), "label": self.object.class_no},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sheet": self.sheet}
