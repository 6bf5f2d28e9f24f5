"""Pages that classes hang on are not deleted: people's training records point to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.models import CourseRun


def refuse_deletion(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Hook before one page is deleted."""
    return _refuse(request, [page])


def refuse_bulk_deletion(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> Any:
    """Hook before a bulk action."""
    pages = [item for item in objects if hasattr(item, "get_descendants") and hasattr(item, "slug")]
    return _refuse(request, pages) if action_type == "delete" and pages else None


def _refuse(request: HttpRequest, pages: Iterable[Any]) -> HttpResponse | None:
    held = [page for page in pages if _has_runs(page)]
    if not held:
        return None
    messages.error(
        request,
        _("“%(page)s” has classes, so it cannot be deleted. Unpublish it instead.") % {"page": held[0].title},
    )
    return redirect("wagtailadmin_explore", held[0].get_parent().pk)


def _has_runs(page: Any) -> bool:
    return CourseRun.objects.filter(course__in=page.get_descendants(inclusive=True).values("pk")).exists()
