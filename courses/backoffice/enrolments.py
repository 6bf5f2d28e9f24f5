"""Enrolments (报名) in the back office: looked at and acted on, never edited by hand, never deleted."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.widgets.button import HeaderButton, ListingButton

from core.backoffice.scope import visible_rows
from core.backoffice.viewsets import ScopedIndexView, ScopedInspectView
from courses.backoffice.base import DeclaredExport, ExportColumn, KeptViewSet, PersonSearch, TitledList, local, stamp
from courses.backoffice.enrolment_actions import ACTION_VIEWS, ApproveView, DeclineView, actions_for
from courses.backoffice.requests import RequestsView
from courses.backoffice.sentences import history_of_enrolment
from courses.backoffice.sign_up import SignUpView
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from people.permissions import units_open_to


class RunFilter(django_filters.ModelChoiceFilter):
    """Classes in which somebody is whose enrolment the reader may see, whoever holds them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=_attended_runs, label=_("class"), **kwargs)


def _attended_runs(request: Any) -> QuerySet[CourseRun]:
    runs = CourseRun.objects.filter(pk__in=visible_rows(Enrolment, request.user, ("view",)).values("run"))
    return runs.select_related("course").order_by("-year", "class_no")


class EnrolmentFilterSet(WagtailFilterSet):
    """Narrows the list of enrolments."""

    status = django_filters.MultipleChoiceFilter(label=_("status"), choices=EnrolmentStatus.choices)
    run = RunFilter()
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=lambda request: units_open_to(request.user))

    class Meta:
        model = Enrolment
        fields = ("status", "run", "unit")


class EnrolmentIndexView(DeclaredExport, TitledList, PersonSearch, ScopedIndexView):
    title = {"name": "person", "label": _("person"), "sort_key": "person__pinyin"}
    list_display = (
        Column("unit", label=_("unit"), accessor=lambda row: row.unit.short_name if row.unit else ""),
        Column("run", label=_("class"), accessor=lambda row: f"{row.run.course.title} {row.run.class_no}"),
        StatusTagColumn("status", label=_("status"), accessor="get_status_display", primary=lambda row: row.holds_seat),
        Column("place", label=_("place in the queue"), accessor=lambda row: row.place or ""),
        Column(
            "created_at",
            label=_("signed up at"),
            accessor=lambda row: stamp(row.created_at),
            sort_key="created_at",
        ),
    )
    export_columns = (
        ExportColumn("class_no", _("class number"), lambda row: row.run.class_no),
        ExportColumn("course", _("course"), lambda row: row.run.course.title),
        ExportColumn("person", _("person"), lambda row: row.person.name),
        ExportColumn("work_number", _("work number"), lambda row: row.person.work_number or ""),
        ExportColumn("unit", _("unit at sign-up"), lambda row: row.unit.name if row.unit else ""),
        ExportColumn("title", _("post"), lambda row: row.person.title),
        ExportColumn("phone", _("mobile phone"), lambda row: row.person.phone),
        ExportColumn("status", _("status"), lambda row: str(row.get_status_display())),
        ExportColumn("place", _("place in the queue"), lambda row: row.place or ""),
        ExportColumn("created_at", _("signed up at"), lambda row: local(row.created_at)),
    )

    def get_base_queryset(self) -> QuerySet[Enrolment]:
        rows: Any = super().get_base_queryset()
        return rows.with_place()  # type: ignore[no-any-return]

    def get_list_buttons(self, instance: Enrolment) -> list[Any]:
        """Requests are decided from the list; everything else takes a look at the enrolment first."""
        buttons = super().get_list_buttons(instance)
        if instance.status == EnrolmentStatus.REQUESTED and self.request.user.has_perm(MANAGE):
            buttons += [
                ListingButton(view.button, url=view.url(instance), priority=priority)
                for priority, view in enumerate((ApproveView, DeclineView))
            ]
        return buttons

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(MANAGE):
            return []
        run = self.request.GET.get("run", "")
        url = reverse("enrolments:sign_up") + (f"?run={run}" if run.isdigit() else "")
        return [
            HeaderButton(_("Requests to decide"), url=reverse("enrolments:requests"), icon_name="check"),
            HeaderButton(_("Sign somebody up"), url=url, icon_name="plus"),
        ]


class EnrolmentInspectView(ScopedInspectView):
    """One enrolment with its history as sentences and with what may be done."""

    template_name = "courses/backoffice/enrolment_inspect.html"
    page_title = _("Enrolment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        place = Enrolment.objects.with_place().get(pk=self.object.pk).place  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "enrolment": self.object,
            "place": place,
            "may_see_run": visible_rows(CourseRun, user).filter(pk=self.object.run_id).exists(),
            "history": history_of_enrolment(self.object),
            "actions": [(view, view.url(self.object)) for view in actions_for(self.object, user)],
            "came_from": self.object.follows,
            "went_to": list(self.object.followed_by.select_related("person", "run__course")),
        }


class EnrolmentViewSet(KeptViewSet):
    model = Enrolment
    name = "enrolments"
    icon = "user"
    menu_label = _("Enrolments")
    menu_order = 2
    index_view_class = EnrolmentIndexView
    inspect_view_class = EnrolmentInspectView
    inspect_view_fields = ["status"]
    inspect_template_name = "courses/backoffice/enrolment_inspect.html"
    list_select_related = ("person", "unit", "run__course")
    list_per_page = 50
    filterset_class = EnrolmentFilterSet
    search_fields = ("run__class_no", "run__course__title")
    search_backend_name = None
    ordering = ("-created_at", "-pk")
    export_filename = "enrolments"

    def get_urlpatterns(self) -> list[Any]:
        steps = [path(f"{view.code}/<int:pk>/", view.as_view(), name=view.code) for view in ACTION_VIEWS]
        own = [
            path("sign-up/", SignUpView.as_view(), name="sign_up"),
            path("requests/", RequestsView.as_view(), name="requests"),
        ]
        return [*super().get_urlpatterns(), *own, *steps]
