"""The doors of the admin through which pages go public, besides the page's own form; and how the answers read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from core.secrecy import ACTION, Unconfirmed, require_confirmed


def refuse_publishing(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Hook before one page is published."""
    return _refuse(request, [page])


def refuse_bulk_publishing(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> Any:
    """Hook before a bulk action: nothing of the selection is published while one page waits for its answer."""
    if action_type != "publish":
        return None
    chosen = [page for page in objects if isinstance(page, Page)]
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        chosen += [below for page in chosen for below in page.get_descendants().not_live()]
    return _refuse(request, [page.get_latest_revision_as_object() for page in chosen])


def _refuse(request: HttpRequest, pages: Iterable[Any]) -> HttpResponse | None:
    for page in pages:
        try:
            require_confirmed(page)
        except Unconfirmed as refusal:
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def register_log_actions(actions: Any) -> None:
    """Register how an answer reads on the history of the page."""

    @actions.register_action(ACTION)
    class SecrecyFormatter(LogFormatter):
        label = gettext_lazy("Confirm secrecy check")

        def format_message(self, log_entry: Any) -> str:
            places = "；".join(f"{hit['word']}（{hit['where']}）" for hit in log_entry.data.get("hits", []))
            return _("Confirmed that there is no state secret and no work secret: %(places)s") % {"places": places}
