"""Classes (班次) in the back office."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views.generic import CreateView

from core.backoffice.services import ServiceFormMixin
from core.backoffice.viewsets import ScopedEditView, ScopedIndexView, ScopedInspectView, ScopedModelViewSet
from core.errors import Refusal
from courses.backoffice.attendance_sheet import AttendanceSheetView
from courses.backoffice.base import DayRange, DeclaredExport, ExportColumn, local
from courses.backoffice.board import RunBoardView
from courses.backoffice.defaults import new_run_values
from courses.backoffice.next_intake import NextIntakeView
from courses.backoffice.outcomes import OutcomesView
from courses.backoffice.run_actions import actions_for, run_action_urls
from courses.backoffice.run_form import RunForm
from courses.backoffice.run_state import conditions, deadlines, is_lively, period, seats, state_label
from courses.backoffice.run_strip import run_context
from courses.backoffice.run_tables import button_labels
from courses.enums import Category, RunState
from courses.models import CoursePage, CourseRun
from courses.selectors.office import listed_sessions
from people.permissions import units_open_to


class RunFilterSet(WagtailFilterSet):
    """Narrows the list of classes."""

    state = django_filters.ChoiceFilter(label=_("state"), choices=RunState.choices, method="in_state")
    category = django_filters.ChoiceFilter(label=_("channel"), field_name="course__category", choices=Category.choices)
    course = django_filters.ModelChoiceFilter(label=_("course"), queryset=CoursePage.objects.order_by("code"))
    organiser = django_filters.ModelChoiceFilter(
        label=_("organiser"), queryset=lambda request: units_open_to(request.user)
    )
    starts_at = django_filters.DateFromToRangeFilter(label=_("begins"), widget=DayRange)

    class Meta:
        model = CourseRun
        fields = ("state", "category", "course", "organiser", "starts_at")

    def in_state(self, rows: Any, name: str, value: str) -> QuerySet[CourseRun]:
        return rows.in_state(value, timezone.now())


class RunIndexView(DeclaredExport, ScopedIndexView):
    list_display = (
        "class_no",
        Column("course", label=_("course"), accessor="course.title"),
        StatusTagColumn("state", width="10%", label=_("state"), accessor=state_label, primary=is_lively),
        Column("period", label=_("dates"), accessor=period, sort_key="starts_at"),
        Column("seats", label=_("seats"), accessor=seats),
        Column("queue_length", label=_("waiting"), sort_key="queue_length"),
        Column("organiser", label=_("organiser"), accessor="organiser.short_name"),
    )
    export_columns = (
        ExportColumn("class_no", _("class number"), lambda run: run.class_no),
        ExportColumn("course", _("course"), lambda run: run.course.title),
        ExportColumn("channel", _("channel"), lambda run: run.course.get_category_display()),
        ExportColumn("state", _("state"), state_label),
        ExportColumn("starts_at", _("begins"), lambda run: local(run.starts_at)),
        ExportColumn("ends_at", _("ends"), lambda run: local(run.ends_at)),
        ExportColumn("sign_up_opens_at", _("sign-up opens"), lambda run: local(run.sign_up_opens_at)),
        ExportColumn("sign_up_closes_at", _("sign-up closes"), lambda run: local(run.sign_up_closes_at)),
        ExportColumn("capacity", _("seats"), lambda run: run.capacity),
        ExportColumn("seats_taken", _("seats taken"), lambda run: run.seats_taken),
        ExportColumn("queue_length", _("waiting"), lambda run: run.queue_length),
        ExportColumn("venue", _("venue"), lambda run: run.venue),
        ExportColumn("organiser", _("organiser"), lambda run: run.organiser.name),
        ExportColumn("supervisor", _("class supervisor"), lambda run: str(run.supervisor or "")),
    )

    add_item_label = _("Open a new class")

    def get_list_more_buttons(self, instance: CourseRun) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        board = reverse("runs:board", args=[instance.pk])
        buttons.append(MenuItem(_("Seats and queue"), url=board, icon_name="group", priority=30))
        if self.user_has_permission("change"):
            buttons += [
                MenuItem(action.label, url=action.url(instance), icon_name=action.icon, priority=40 + number)
                for number, action in enumerate(actions_for(instance))
            ]
        if self.user_has_permission("add"):
            url = reverse("runs:next", args=[instance.pk])
            buttons.append(MenuItem(_("Open the next intake"), url=url, icon_name="plus", priority=60))
        return buttons


class RunFormView(ServiceFormMixin):
    """A class with its sessions on one screen, saved together or not at all."""

    template_name = "courses/backoffice/run_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"for_user": self.request.user}  # type: ignore[misc,attr-defined]

    def save_through_service(self, form: RunForm) -> CourseRun:
        return form.save_by(self.request.user)  # type: ignore[attr-defined]

    def form_valid(self, form: RunForm) -> HttpResponseBase:
        try:
            return super().form_valid(form)
        except ValidationError as error:  # another person was quicker with the same number
            return self.refused(form, Refusal(" ".join(error.messages)))

    def refused(self, form: RunForm, refusal: Refusal) -> HttpResponseBase:
        form.refuse(refusal)
        self.produced_error_code = refusal.code
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]

    def get_success_url(self) -> str:
        return reverse("runs:inspect", args=[self.object.pk])  # type: ignore[attr-defined]


class RunCreateView(RunFormView, CreateView):
    page_title = page_subtitle = _("Open a new class")

    @cached_property
    def course(self) -> CoursePage | None:
        """The course from whose page the coordinator came."""
        pk = self.request.GET.get("course", "")
        return CoursePage.objects.filter(pk=pk).first() if pk.isdecimal() else None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        listing = {"url": reverse("runs:index"), "label": _("Classes")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]

    def get_initial(self) -> dict[str, Any]:
        return new_run_values(self.course, self.request.user)


class RunEditView(RunFormView, ScopedEditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stored = CourseRun.objects.select_related("course").get(pk=self.object.pk)
        cancelled = self.object.sessions.filter(cancelled_at__isnull=False)
        return super().get_context_data(**kwargs) | run_context(stored) | {"cancelled_sessions": cancelled}


class RunInspectView(ScopedInspectView):
    """One class at a glance, with what can be done next."""

    page_title = _("Overview")
    template_name = "courses/backoffice/run_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_change = self.permission_policy.user_has_permission_for_instance(self.request.user, "change", self.object)
        sessions = listed_sessions(self.object.sessions.all())
        extra = {
            "sessions": sessions,
            "may_add": self.user_has_permission("add"),
            "tables": button_labels(),
            "conditions": conditions(self.object),
            "deadlines": deadlines(self.object),
        }
        return super().get_context_data(**kwargs) | run_context(self.object, may_change) | extra


class RunViewSet(ScopedModelViewSet):
    model = CourseRun
    name = "runs"
    icon = "calendar-alt"
    menu_label = _("Classes")
    menu_order = 1
    index_view_class = RunIndexView
    add_view_class = RunCreateView
    edit_view_class = RunEditView
    inspect_view_class = RunInspectView
    inspect_view_enabled = True
    inspect_view_fields = ["class_no"]
    create_template_name = edit_template_name = "courses/backoffice/run_form.html"
    inspect_template_name = "courses/backoffice/run_inspect.html"
    list_select_related = ("course", "organiser", "supervisor")
    filterset_class = RunFilterSet
    search_fields = ("class_no", "course__title")
    search_backend_name = None
    ordering = ("-year", "-pk")
    export_filename = "classes"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """A class is cancelled, never deleted."""
        return super().get_common_view_kwargs(**{"delete_url_name": None, "usage_url_name": None, **kwargs})

    def get_form_class(self, for_update: bool = False) -> type[RunForm]:
        return RunForm

    def get_urlpatterns(self) -> list[Any]:
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name not in ("delete", "usage")]
        sheet = path("sheet/<int:pk>/", AttendanceSheetView.as_view(), name="sheet")
        following = path("next/<int:pk>/", NextIntakeView.as_view(), name="next")
        board = path("board/<int:pk>/", RunBoardView.as_view(), name="board")
        outcomes = path("outcomes/<int:pk>/", OutcomesView.as_view(), name="outcomes")
        return [*kept, sheet, board, outcomes, following, *run_action_urls()]
