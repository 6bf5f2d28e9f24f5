"""Pages that classes or study progress hang on are not deleted: people's training records point to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.models import CourseRun, LessonProgress


def refuse_deletion(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Hook before one page is deleted."""
    return _refuse(request, [page])


def refuse_bulk_deletion(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> Any:
    """Hook before a bulk action."""
    pages = [item for item in objects if hasattr(item, "get_descendants") and hasattr(item, "slug")]
    return _refuse(request, pages) if action_type == "delete" and pages else None


def _refuse(request: HttpRequest, pages: Iterable[Any]) -> HttpResponse | None:
    for page in pages:
        if reason := _reason(page):
            messages.error(request, reason % {"page": page.title})
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def _reason(page: Any) -> str:
    """Why the page stays; empty if it may go."""
    if _has_runs(page):
        return _("“%(page)s” has classes, so it cannot be deleted. Unpublish it instead.")
    if _was_studied(page):
        return _("People have studied “%(page)s”, so it cannot be deleted. Unpublish it instead.")
    return ""


def _has_runs(page: Any) -> bool:
    return CourseRun.objects.filter(course__in=page.get_descendants(inclusive=True).values("pk")).exists()


def _was_studied(page: Any) -> bool:
    return LessonProgress.objects.filter(lesson__in=page.get_descendants(inclusive=True).values("pk")).exists()
