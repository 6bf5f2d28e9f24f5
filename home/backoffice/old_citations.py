"""引用旧法的页面: published pages that cite a version of a statute which no longer holds, each editor the own ones."""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.models import ReferenceIndex

from core.backoffice.reports import GuardedReportView
from core.models import Statute, StatuteVersion
from courses.backoffice.base import DeclaredExport, ExportColumn
from home.selectors.statutes import OldCitation, described, outdated_citations

COMING = "coming"


def last_known_day() -> datetime.date:
    """Return the day from which the last version of the register holds; today if none is still to come."""
    last = StatuteVersion.objects.aggregate(last=Max("in_force_from"))["last"]
    return max(last or timezone.localdate(), timezone.localdate())


class OldCitationFilterSet(WagtailFilterSet):
    """By statute; and whether coming versions count already."""

    statute = django_filters.ModelChoiceFilter(
        label=gettext_lazy("statute"), queryset=lambda request: Statute.objects.all()
    )
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("Day"),
        method="as_it_is",
        empty_label=gettext_lazy("Old today"),
        choices=[(COMING, gettext_lazy("Old today or once coming versions are in force"))],
    )

    class Meta:
        model = ReferenceIndex
        fields = ("statute", "when")

    def as_it_is(self, rows: QuerySet[ReferenceIndex], name: str, value: str) -> QuerySet[ReferenceIndex]:
        return rows  # the view asks for the rows of that day


class OldCitationsView(DeclaredExport, GuardedReportView):
    """One row for each page and old version."""

    model = StatuteVersion
    permission_required = "view"
    page_title = gettext_lazy("Pages that cite old law")
    header_icon = "openquote"
    index_url_name = "old_citations:index"
    index_results_url_name = "old_citations:results"
    export_filename = "old-citations"
    verbose_name = gettext_lazy("page")
    verbose_name_plural = gettext_lazy("pages")
    filterset_class = OldCitationFilterSet

    @cached_property
    def day(self) -> datetime.date:
        return last_known_day() if self.request.GET.get("when") == COMING else timezone.localdate()

    def get_base_queryset(self) -> QuerySet[ReferenceIndex]:  # type: ignore[override]  # of pages that one may edit
        return outdated_citations(self.request.user, self.day)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Say what the references of one page of the list, or of the export, are about."""
        context = super().get_context_data(*args, **kwargs)
        rows: list[OldCitation] = described(context["object_list"], self.day)
        return context | {"object_list": rows, "table": self.get_table(rows)}

    columns = [
        TitleColumn(
            "page", label=gettext_lazy("Page"), accessor=lambda row: row.page.title, get_url=lambda row: _edit_url(row)
        ),
        Column("statute", label=gettext_lazy("statute"), accessor=lambda row: f"{row.cited.statute}"),
        Column("cited", label=gettext_lazy("Cited version"), accessor=lambda row: row.cited.label),
        Column("current", label=gettext_lazy("Version in force"), accessor=lambda row: row.current.label),
        Column("since", label=gettext_lazy("In force since"), accessor=lambda row: f"{row.current.in_force_from}"),
    ]
    export_columns = (
        ExportColumn("page", gettext_lazy("Page"), lambda row: row.page.title),
        ExportColumn("address", gettext_lazy("Address"), lambda row: row.page.full_url or ""),
        ExportColumn("statute", gettext_lazy("statute"), lambda row: row.cited.statute.name),
        ExportColumn("cited", gettext_lazy("Cited version"), lambda row: row.cited.label),
        ExportColumn("current", gettext_lazy("Version in force"), lambda row: row.current.label),
        ExportColumn("since", gettext_lazy("In force since"), lambda row: row.current.in_force_from),
    )

    def get_page_subtitle(self) -> str:
        return _("as of %(day)s") % {"day": self.day}


def _edit_url(row: OldCitation) -> str:
    return reverse("wagtailadmin_pages:edit", args=[row.page.pk])
