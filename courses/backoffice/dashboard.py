"""What waits to be done, on the first page of the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from core.backoffice.scope import visible_rows
from courses.models import CourseRun, Enrolment, Nomination
from courses.permissions import MANAGE
from courses.selectors.to_do import lists_to_sign, to_do
from courses.services.nominations import SIGN


class ToDoPanel(Component):
    """Requests and lists to decide, offers about to end, classes with too few people, registers left empty."""

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
            nominations=visible_rows(Nomination, user, ("view",)),
            at=timezone.now(),
        )
        return {
            "to_do": waiting,
            "lists_url": f"{reverse('nominations:index')}?status=submitted",
            "offers_url": f"{reverse('enrolments:index')}?status=offered",
            "unmarked_url": f"{reverse('sessions:index')}?when=unmarked",
        }


class ListsToSignPanel(Component):
    """For the head of a unit: lists that wait for a second pair of eyes."""

    name = "lists_to_sign"
    template_name = "courses/backoffice/lists_to_sign.html"
    order = 51

    class Media:
        css = {"all": ["courses/backoffice/office.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"lists": lists_to_sign(visible_rows(Nomination, user, ("view",)), user)}


def add_to_do(request: HttpRequest, panels: list[Any]) -> None:
    """For those who admit people, and for those who sign lists off; nobody else has anything to do here."""
    if request.user.has_perm(MANAGE):
        panels.append(ToDoPanel())
    if request.user.has_perm(SIGN):
        panels.append(ListsToSignPanel())
