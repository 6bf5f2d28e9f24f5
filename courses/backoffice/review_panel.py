"""What waits in the review on whoever looks at the first page of the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.mail import BaseWorkflowStateEmailNotifier, GroupApprovalTaskStateSubmissionEmailNotifier
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.views.pages.history import PageHistoryView
from wagtail.models import TaskState, WorkflowState
from wagtail.permissions import policy_registry

from courses.backoffice.review import MINE, how_long
from courses.selectors.review import waiting

SHOWN = 8


def waits_on(user: Any) -> QuerySet[WorkflowState]:
    """Pages whose step is the person's to take, and pages sent back to the person; the longest waiting first."""
    mine = TaskState.objects.reviewable_by(user).values("workflow_state")
    returned = Q(requested_by=user.pk, status=WorkflowState.STATUS_NEEDS_CHANGES)
    states = WorkflowState.objects.active().filter(Q(pk__in=mine) | returned)
    return states.select_related("current_task_state__task", "requested_by").order_by("current_task_state__started_at")  # type: ignore[no-any-return]


class ReviewPanel(Component):
    """The list, with the way to the page and to the report."""

    name = "review"
    template_name = "courses/backoffice/review_panel.html"
    order = 45

    class Media:
        css = {"all": ["courses/backoffice/office.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        states = list(waits_on(parent_context["request"].user)[: SHOWN + 1])
        facts = waiting(states[:SHOWN])
        rows = [(state, facts[state.pk], how_long(facts[state.pk])) for state in states if state.pk in facts]
        report = f"{reverse('reviews:index')}?waits={MINE}"
        return {"rows": rows, "more": len(states) > SHOWN, "report_url": report}


def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Hook: in place of Wagtail's own panel, which asks the database anew for every page."""
    panels[:] = [panel for panel in panels if not isinstance(panel, WorkflowObjectsToModeratePanel)]
    if policy_registry.get_by_type(WorkflowState).user_has_permission(request.user, "view"):
        panels.append(ReviewPanel())


def open_history() -> None:
    """Let whoever may edit a page because it waits on him look at its history; the view itself asks for that page."""
    PageHistoryView.any_permission_required = None


def send_no_mail() -> None:
    """Take Wagtail's mails of the review out of service.

    They go out while the editor waits, and to every member of a group, whatever section the draft belongs to.
    """
    for notifier in (BaseWorkflowStateEmailNotifier, GroupApprovalTaskStateSubmissionEmailNotifier):
        notifier.can_handle = _never


def _never(self: Any, instance: Any, **kwargs: Any) -> bool:
    return False
