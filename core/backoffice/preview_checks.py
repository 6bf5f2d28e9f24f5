"""Wagtail's own checks of the finished page, in the preview and in the bar on the page: what is asked for here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.userbar import ContentCheckerItem

# Search engines are told the summary of a page; nobody writes a meta description.
NOT_ASKED = {"empty-meta-description"}


class SiteContentChecker(ContentCheckerItem):
    """Wagtail's checks without what this site does not have."""

    axe_run_only = [rule for rule in ContentCheckerItem.axe_run_only if rule not in NOT_ASKED]


def use_own_checks(request: HttpRequest, items: list[Any], page: Any) -> None:
    """Hook: our item in place of Wagtail's."""
    for number, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[number] = SiteContentChecker(in_editor=item.in_editor)
