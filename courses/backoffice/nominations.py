"""Lists of units (报送名单) in the back office: the inbox, one list at a glance, its export."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.widgets.button import HeaderButton

from core.backoffice.scope import visible_rows
from core.backoffice.viewsets import ScopedIndexView, ScopedInspectView
from courses.backoffice.base import DeclaredExport, ExportColumn, KeptViewSet, TitledList, local, stamp
from courses.backoffice.nomination_list import NominationListView, OpenListsView, list_url
from courses.backoffice.nomination_steps import STEP_VIEWS, steps_for
from courses.backoffice.sentences import history_of_nomination
from courses.enums import NominationStatus
from courses.models import CourseRun, Nomination
from courses.selectors.nominations import counted, lines
from courses.services.nominations import NOMINATE, OPEN
from people.permissions import units_open_to

CHANGEABLE = (*OPEN, NominationStatus.SIGNED)


class NominationFilterSet(WagtailFilterSet):
    """Narrows the lists."""

    status = django_filters.MultipleChoiceFilter(label=_("status"), choices=NominationStatus.choices)
    run = django_filters.ModelChoiceFilter(label=_("class"), queryset=lambda request: _nominated_runs(request))
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=lambda request: units_open_to(request.user))

    class Meta:
        model = Nomination
        fields = ("status", "run", "unit")


def _nominated_runs(request: Any) -> QuerySet[CourseRun]:
    runs = CourseRun.objects.filter(pk__in=visible_rows(Nomination, request.user, ("view",)).values("run"))
    return runs.select_related("course").order_by("-year", "class_no")


def _names(nomination: Nomination) -> str:
    return "、".join(entry.person.name for entry in nomination.entries.all())


class NominationIndexView(DeclaredExport, TitledList, ScopedIndexView):
    title = {"name": "run", "label": _("class"), "sort_key": "run__class_no"}
    list_display = (
        Column("unit", label=_("unit"), accessor="unit.short_name"),
        StatusTagColumn(
            "status", label=_("status"), accessor="get_status_display",
            primary=lambda row: row.status == NominationStatus.SUBMITTED,
        ),
        Column("people", label=_("people"), accessor="people"),
        Column("submitted_at", label=_("submitted at"), accessor=lambda row: stamp(row.submitted_at)),
        Column("changed_at", label=_("changed at"), accessor=lambda row: stamp(row.changed_at), sort_key="changed_at"),
    )  # fmt: skip
    export_columns = (
        ExportColumn("class_no", _("class number"), lambda row: row.run.class_no),
        ExportColumn("course", _("course"), lambda row: row.run.course.title),
        ExportColumn("unit", _("unit"), lambda row: row.unit.name),
        ExportColumn("status", _("status"), lambda row: str(row.get_status_display())),
        ExportColumn("people", _("people"), lambda row: row.people),
        ExportColumn("names", _("names"), _names),
        ExportColumn("drafted_by", _("drafted by"), lambda row: row.drafted_by.name),
        ExportColumn("signed_by", _("signed off by"), lambda row: row.signed_by.name if row.signed_by else ""),
        ExportColumn("submitted_at", _("submitted at"), lambda row: local(row.submitted_at)),
        ExportColumn("comment", _("comment of the office"), lambda row: row.comment),
    )

    def get_base_queryset(self) -> QuerySet[Nomination]:
        return counted(super().get_base_queryset())

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(NOMINATE):
            return []
        return [HeaderButton(_("Classes open for lists"), url=reverse("nominations:open"), icon_name="plus")]


class NominationInspectView(ScopedInspectView):
    """One list: who is on it, what became of each, who did what when, and what comes next."""

    template_name = "courses/backoffice/nomination_inspect.html"
    page_title = _("List of the unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, nomination = self.request.user, self.object
        may_edit = user.has_perm(NOMINATE) and nomination.status in CHANGEABLE
        return super().get_context_data(**kwargs) | {
            "nomination": nomination,
            "lines": lines(nomination),
            "edit_list_url": list_url(nomination.run_id, nomination.unit_id) if may_edit else "",
            "actions": [(view, view.url(nomination)) for view in steps_for(nomination, user)],
            "may_see_run": visible_rows(CourseRun, user).filter(pk=nomination.run_id).exists(),
            "history": history_of_nomination(nomination),
        }


class NominationViewSet(KeptViewSet):
    model = Nomination
    name = "nominations"
    icon = "list-ol"
    menu_label = _("Unit lists")
    menu_order = 3
    index_view_class = NominationIndexView
    inspect_view_class = NominationInspectView
    inspect_view_fields = ["status"]
    inspect_template_name = "courses/backoffice/nomination_inspect.html"
    list_select_related = ("run__course", "unit", "drafted_by", "signed_by")
    list_prefetch_related = ("entries__person",)
    list_per_page = 50
    filterset_class = NominationFilterSet
    search_fields = ("run__class_no", "run__course__title", "unit__name")
    search_backend_name = None
    ordering = ("-changed_at", "-pk")
    export_filename = "unit-lists"

    def get_urlpatterns(self) -> list[Any]:
        steps = [path(f"{view.code}/<int:pk>/", view.as_view(), name=view.code) for view in STEP_VIEWS]
        own = [
            path("open/", OpenListsView.as_view(), name="open"),
            path("list/<int:run_pk>/<int:unit_pk>/", NominationListView.as_view(), name="list"),
        ]
        return [*super().get_urlpatterns(), *own, *steps]
