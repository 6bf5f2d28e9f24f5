"""From a course page to its classes: buttons, and a tab of the page's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList, Panel
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from core.backoffice.scope import visible_rows
from courses.backoffice.run_state import LISTED, period, seats, state_label
from courses.models import CoursePage, CourseRun


def runs_url(page: Any) -> str:
    """The list of the course's classes."""
    return f"{reverse('runs:index')}?course={page.pk}"


def new_run_url(page: Any) -> str:
    """The form of a new class, filled in from the course."""
    return f"{reverse('runs:add')}?course={page.pk}"


def _may(user: Any, *actions: str) -> bool:
    return policy_registry.get_by_type(CourseRun).user_has_any_permission(user, actions)  # type: ignore[no-any-return]


def header_buttons(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Buttons of a course page: its classes, and a new one."""
    return listing_buttons(page, user, next_url)


def listing_buttons(page: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """The same in the more-menu of the page explorer."""
    if page.pk is None or page.specific_class is not CoursePage:
        return
    if _may(user, "view", "change"):
        yield Button(_("Classes of this course"), url=runs_url(page), icon_name="calendar-alt", priority=11)
    if _may(user, "add"):
        yield Button(_("Open a new class"), url=new_run_url(page), icon_name="plus", priority=12)


class RunsPanel(Panel):
    """The classes of the course, to look at; they are changed on their own screens."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/backoffice/runs_panel.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.pk and _may(self.request.user, "view", "change"))

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            rows = visible_rows(CourseRun, self.request.user).filter(course=self.instance.pk)
            runs = rows.select_related("course").order_by("-year", "-intake_no")
            return super().get_context_data(parent_context) | {
                "runs": [(run, state_label(run), period(run), seats(run)) for run in runs[:LISTED]],
                "runs_url": runs_url(self.instance),
                "new_run_url": new_run_url(self.instance) if _may(self.request.user, "add") else "",
            }


def add_runs_tab() -> None:
    """Give the form of a course page a tab with its classes. The models do not know the back office."""
    CoursePage.extra_tabs = [ObjectList([RunsPanel()], heading=_("Classes"))]
