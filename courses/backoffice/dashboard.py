"""What waits to be done, on the first page of the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from wagtail.admin.ui.components import Component

from core.backoffice.scope import visible_rows
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.selectors.office import to_do


class ToDoPanel(Component):
    """Requests to decide, classes without sessions, registers left empty."""

    name = "training_to_do"
    template_name = "courses/backoffice/to_do.html"
    order = 50

    class Media:
        css = {"all": ["courses/backoffice/office.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        waiting = to_do(
            enrolments=visible_rows(Enrolment, user, ("view",)),
            runs=visible_rows(CourseRun, user, ("change",)),
            at=timezone.now(),
        )
        requests = urlencode({"status": EnrolmentStatus.REQUESTED})
        return {
            "to_do": waiting,
            "requests_url": f"{reverse('enrolments:index')}?{requests}",
            "unmarked_url": f"{reverse('sessions:index')}?when=unmarked",
        }


def add_to_do(request: HttpRequest, panels: list[Any]) -> None:
    """For those who admit people; nobody else has anything to do here."""
    if request.user.has_perm(MANAGE):
        panels.append(ToDoPanel())
