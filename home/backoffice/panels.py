"""What this app shows on the first page of the admin: notices still to be confirmed, pages that cite old law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from home.backoffice.confirmations import INDEX, answers_url, people_of
from home.permissions import may_see_confirmations
from home.presenters.notices import deadline, is_late
from home.selectors.answers import overview
from home.selectors.statutes import described, outdated_citations

SHOWN = 8


class ConfirmationsPanel(Component):
    """Notices that somebody in scope has not confirmed."""

    name = "confirmations"
    template_name = "home/backoffice/confirmations_panel.html"
    order = 55

    class Media:
        css = {"all": ["courses/backoffice/office.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        today = timezone.localdate()
        waiting = [row for row in overview(people_of(parent_context["request"].user)) if row.tally.missing]
        rows = [
            (row, answers_url(row.notice), deadline(row.notice, today), is_late(row.notice, today))
            for row in waiting[:SHOWN]
        ]
        return {"rows": rows, "report_url": reverse(INDEX)}


class OldCitationsPanel(Component):
    """Published pages of the own channels that cite a version which no longer holds."""

    name = "old_citations"
    template_name = "home/backoffice/old_citations_panel.html"
    order = 60

    class Media:
        css = {"all": ["courses/backoffice/office.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        today = timezone.localdate()
        found = outdated_citations(parent_context["request"].user, today)
        rows = described(found[: SHOWN + 1], today)
        return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN, "report_url": reverse("old_citations:index")}


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Hook: each for those whom it concerns."""
    if may_see_confirmations(request.user):
        panels.append(ConfirmationsPanel())
    if outdated_citations(request.user, timezone.localdate()).exists():
        panels.append(OldCitationsPanel())
