"""What this app adds to the menu of reports, and the addresses of its screens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from core.models import StatuteVersion
from home.backoffice import confirmations, old_citations, remind
from home.models import NoticeReceipt
from home.permissions import may_see_confirmations
from people.backoffice.menu import RowsMenuItem
from people.permissions import UnitScopedPolicy

# Whose row it is: the unit to which the person belonged when confirming.
POLICIES = (UnitScopedPolicy(NoticeReceipt, "unit"),)


class ConfirmationsMenuItem(MenuItem):
    """For those who may see who has confirmed."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_confirmations(request.user)


def confirmations_item() -> MenuItem:
    url = reverse(confirmations.INDEX)
    return ConfirmationsMenuItem(_("Notices to confirm"), url, name="confirmations", icon_name="check", order=610)


def old_citations_item() -> MenuItem:
    return RowsMenuItem(
        _("Pages that cite old law"), "old_citations:index", StatuteVersion, icon_name="openquote", order=620
    )


def addresses() -> list[Any]:
    return [
        path("notice-confirmations/", include((CONFIRMATIONS, "notice_confirmations"))),
        path("old-citations/", include((OLD_CITATIONS, "old_citations"))),
    ]


CONFIRMATIONS = [
    path("", confirmations.NoticeListView.as_view(), name="index"),
    path("results/", confirmations.NoticeListView.as_view(results_only=True), name="results"),
    path("<int:pk>/", confirmations.AnswersView.as_view(), name="answers"),
    path("<int:pk>/results/", confirmations.AnswersView.as_view(results_only=True), name="answer_results"),
    path("<int:pk>/print/", confirmations.PrintedAnswersView.as_view(), name="print"),
    path("<int:pk>/remind/", remind.RemindView.as_view(), name="remind"),
]
OLD_CITATIONS = [
    path("", old_citations.OldCitationsView.as_view(), name="index"),
    path("results/", old_citations.OldCitationsView.as_view(results_only=True), name="results"),
]
