"""Pages that Wagtail's own privacy settings leave to everybody, without asking for those settings every time."""

from __future__ import annotations

from typing import Any

from wagtail.models import PageViewRestriction

from core.freshness import kept


def public(pages: Any) -> Any:
    """Narrow a set of pages to those that neither have a privacy setting nor stand below one: `QuerySet.public()`."""
    for path in kept("private-paths", _private_paths):
        pages = pages.exclude(path__startswith=path)
    return pages


def _private_paths() -> list[str]:
    return list(PageViewRestriction.objects.order_by("page__path").values_list("page__path", flat=True).distinct())
