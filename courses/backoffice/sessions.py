"""Sessions (课次) in the back office: what is held when and by whom, and which registers are still empty."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton, ListingButton

from core.backoffice.scope import visible_rows
from core.backoffice.viewsets import ScopedIndexView
from courses.backoffice.base import (
    ConfirmActionView,
    DayRange,
    DeclaredExport,
    ExportColumn,
    KeptViewSet,
    ReasonForm,
    TitledList,
    local,
)
from courses.models import ClassSession, CourseRun
from courses.presenters import dates
from courses.selectors.office import listed_sessions
from courses.services import schedule

WHEN = (("today", _("Today")), ("coming", _("Later")), ("past", _("Earlier")), ("unmarked", _("Register not complete")))


def trainer_names(session: ClassSession) -> str:
    return "、".join(str(trainer) for trainer in session.trainers.all())


def marked(session: Any) -> str:
    return f"{session.marked}/{session.expected}"


class SessionFilterSet(WagtailFilterSet):
    """Narrows the list of sessions."""

    when = django_filters.ChoiceFilter(label=_("when"), choices=WHEN, method="at_that_time")
    run = django_filters.ModelChoiceFilter(
        label=_("class"),
        queryset=lambda request: (
            visible_rows(CourseRun, request.user).select_related("course").order_by("-year", "class_no")
        ),
    )
    starts_at = django_filters.DateFromToRangeFilter(label=_("begins"), widget=DayRange)

    class Meta:
        model = ClassSession
        fields = ("when", "run", "starts_at")

    def at_that_time(self, rows: Any, name: str, value: str) -> QuerySet[ClassSession]:
        now = timezone.now()
        if value == "today":
            return rows.on_day(timezone.localdate(now))
        if value == "coming":
            return rows.filter(starts_at__gt=now)
        past = rows.filter(ends_at__lte=now)
        return past.held().filter(marked__lt=F("expected")) if value == "unmarked" else past


class SessionIndexView(DeclaredExport, TitledList, ScopedIndexView):
    title = {
        "name": "starts_at",
        "label": _("time"),
        "accessor": lambda row: dates.span(row.starts_at, row.ends_at),
        "sort_key": "starts_at",
    }
    list_display = (
        Column("run", label=_("class"), accessor=lambda row: f"{row.run.course.title} {row.run.class_no}"),
        Column("topic", label=_("topic")),
        Column("place", label=_("venue"), accessor="place"),
        Column("trainers", label=_("trainers"), accessor=trainer_names),
        Column("marked", label=_("marked"), accessor=marked),
        Column("held", label=_("state"), accessor=lambda row: _("Cancelled") if row.is_cancelled else ""),
    )  # fmt: skip
    export_columns = (
        ExportColumn("class_no", _("class number"), lambda row: row.run.class_no),
        ExportColumn("course", _("course"), lambda row: row.run.course.title),
        ExportColumn("starts_at", _("begins"), lambda row: local(row.starts_at)),
        ExportColumn("ends_at", _("ends"), lambda row: local(row.ends_at)),
        ExportColumn("topic", _("topic"), lambda row: row.topic),
        ExportColumn("place", _("venue"), lambda row: row.place),
        ExportColumn("trainers", _("trainers"), trainer_names),
        ExportColumn("expected", _("on the roster"), lambda row: row.expected),
        ExportColumn("marked", _("marked"), lambda row: row.marked),
        ExportColumn("cancelled", _("reason for cancelling"), lambda row: row.cancel_reason),
    )
    header_buttons = (HeaderButton(_("Today's classes"), url="/teach/", icon_name="check"),)

    def get_base_queryset(self) -> QuerySet[ClassSession]:
        return listed_sessions(super().get_base_queryset())

    def get_title_url(self, row: ClassSession) -> str:
        return reverse("runs:inspect", args=[row.run_id])

    def get_list_buttons(self, instance: ClassSession) -> list[Any]:
        if instance.is_cancelled:
            return []
        register = ListingButton(_("Register"), url=reverse("courses:register", args=[instance.pk]))
        if not self.user_has_permission("change"):
            return [register]
        return [register, ListingButton(_("Cancel session"), url=reverse("sessions:cancel", args=[instance.pk]))]


class CancelSessionView(ConfirmActionView):
    model = ClassSession
    queryset = ClassSession.objects.select_related("run__course")
    permission = "courses.change_classsession"
    row_actions = ("change",)
    form_class = ReasonForm
    question = _("Cancel this session?")
    explanation = _("The session stays in the timetable as cancelled. Everybody sees the reason.")
    button = _("Cancel session")
    done = _("%(row)s is cancelled.")
    is_serious = True

    def act(self, form: forms.Form) -> None:
        schedule.cancel_session(session=self.object, by=self.actor, reason=form.cleaned_data["reason"])

    def get_success_url(self) -> str:
        return reverse("runs:inspect", args=[self.object.run_id])


class SessionViewSet(KeptViewSet):
    model = ClassSession
    name = "sessions"
    icon = "time"
    menu_label = _("Sessions")
    menu_order = 4
    inspect_view_enabled = False
    index_view_class = SessionIndexView
    filterset_class = SessionFilterSet
    search_fields = ("run__class_no", "run__course__title", "topic", "trainers__name")
    search_backend_name = None
    ordering = "-starts_at"
    export_filename = "sessions"

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("cancel/<int:pk>/", CancelSessionView.as_view(), name="cancel")]
