"""待审内容: which pages wait in the review, at which step, on whom, since when. A report; it changes nothing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.models import TaskState, WorkflowState
from wagtail.permissions import policy_registry

from core.backoffice.viewsets import ScopedIndexView
from courses.backoffice.base import DayRange, DeclaredExport, ExportColumn, KeptViewSet, local, stamp
from courses.models import ChannelPage, SecrecyReview, SectionReview
from courses.selectors.review import Waiting, waiting

MINE, RETURNED = "mine", "returned"


class ReviewFilterSet(WagtailFilterSet):
    """Narrows the list of pages in the review."""

    waits = django_filters.ChoiceFilter(
        label=_("Waits"), method="by_waiting", choices=[(MINE, _("On me")), (RETURNED, _("Sent back for changes"))]
    )
    step = django_filters.ChoiceFilter(label=_("Step"), method="at_step", choices=lambda: _steps())
    channel = django_filters.ModelChoiceFilter(
        label=_("Channel"), queryset=ChannelPage.objects.order_by("path"), method="in_channel"
    )
    created_at = django_filters.DateFromToRangeFilter(label=pgettext_lazy("review", "Submitted"), widget=DayRange)

    class Meta:
        model = WorkflowState
        fields = ("waits", "step", "channel", "created_at")

    def by_waiting(self, rows: QuerySet[WorkflowState], name: str, value: str) -> QuerySet[WorkflowState]:
        if value == RETURNED:
            return rows.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
        return rows.filter(pk__in=TaskState.objects.reviewable_by(self.request.user).values("workflow_state"))

    def at_step(self, rows: QuerySet[WorkflowState], name: str, value: str) -> QuerySet[WorkflowState]:
        return rows.filter(current_task_state__task=value)

    def in_channel(self, rows: Any, name: str, value: ChannelPage) -> QuerySet[WorkflowState]:
        pks = [str(pk) for pk in value.get_descendants(inclusive=True).values_list("pk", flat=True)]
        return rows.filter(object_id__in=pks)  # type: ignore[no-any-return]


def _steps() -> list[tuple[int, str]]:
    return [(step.pk, step.name) for kind in (SectionReview, SecrecyReview) for step in kind.objects.all()]


class ReviewIndexView(DeclaredExport, ScopedIndexView):
    """The list; what a row says about its page comes from one look at all active states."""

    page_title = _("Pages in the review")

    def get_base_queryset(self) -> QuerySet[WorkflowState]:
        return super().get_base_queryset().active()  # type: ignore[attr-defined,no-any-return]

    @cached_property
    def facts(self) -> dict[int, Waiting]:
        return waiting(self.get_base_queryset())

    def fact(self, state: WorkflowState) -> Waiting:
        return self.facts[state.pk]

    @cached_property
    def columns(self) -> list[Any]:
        fact = self.fact
        return [
            TitleColumn("title", label=_("Page"), accessor=lambda row: fact(row).page.draft_title, get_url=_edit_url),
            Column("channel", label=_("Channel"), accessor=lambda row: fact(row).channel or "—"),
            StatusTagColumn("step", label=_("Step"), accessor=self._step, primary=lambda row: not _is_returned(row)),
            Column("people", label=_("Waits on"), accessor=lambda row: names(fact(row))),
            Column("since", label=_("Since"), accessor=lambda row: stamp(fact(row).since)),
            Column("for", label=_("For how long"), accessor=lambda row: how_long(fact(row))),
            Column("requested_by", label=_("Submitted by"), accessor=lambda row: row.requested_by or "—"),
        ]

    def _step(self, state: WorkflowState) -> str:
        return str(_("Sent back for changes")) if _is_returned(state) else self.fact(state).step

    @property
    def export_columns(self) -> tuple[ExportColumn, ...]:  # type: ignore[override]
        fact = self.fact
        return (
            ExportColumn("title", _("Page"), lambda row: fact(row).page.draft_title),
            ExportColumn("channel", _("Channel"), lambda row: str(fact(row).channel or "")),
            ExportColumn("step", _("Step"), self._step),
            ExportColumn("people", _("Waits on"), lambda row: names(fact(row))),
            ExportColumn("since", _("Since"), lambda row: local(fact(row).since)),
            ExportColumn("for", _("For how long"), lambda row: how_long(fact(row))),
            ExportColumn("requested_by", _("Submitted by"), lambda row: str(row.requested_by or "")),
            ExportColumn("created_at", pgettext_lazy("review", "Submitted"), lambda row: local(row.created_at)),
            ExportColumn("comment", pgettext_lazy("review", "Comment"), lambda row: fact(row).comment),
        )


def _edit_url(state: WorkflowState) -> str:
    return reverse("wagtailadmin_pages:edit", args=[state.object_id])


def _is_returned(state: WorkflowState) -> bool:
    return bool(state.status == WorkflowState.STATUS_NEEDS_CHANGES)


def names(fact: Waiting) -> str:
    """The people on whom the page waits; a dash if nobody could take the step."""
    return "、".join(person.name for person in fact.people) or "—"


def how_long(fact: Waiting) -> str:
    return timesince(fact.since, timezone.now(), depth=2).replace("\xa0", " ")


class ReviewViewSet(KeptViewSet):
    model = WorkflowState
    name = "reviews"
    icon = "clipboard-list"
    menu_label = _("Pages in the review")
    add_to_admin_menu = False
    inspect_view_enabled = False
    index_view_class = ReviewIndexView
    list_per_page = 50
    list_select_related = ("current_task_state__task", "requested_by")
    filterset_class = ReviewFilterSet
    is_searchable = False
    search_fields = ()
    search_backend_name = None
    ordering = ("current_task_state__started_at", "pk")
    export_filename = "reviews"


class ReviewMenuItem(MenuItem):
    """In the menu of reports, for those who have something in the review."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(WorkflowState).user_has_permission(request.user, "view")  # type: ignore[no-any-return]


def menu_item() -> ReviewMenuItem:
    return ReviewMenuItem(_("Pages in the review"), reverse("reviews:index"), icon_name="clipboard-list", order=600)
