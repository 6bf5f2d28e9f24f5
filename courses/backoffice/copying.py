"""Copying pages: a course gets a code of its own, and nobody copies what he may not edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.actions.copy_page import CopyPageAction

from courses.codes import next_code
from courses.models import CoursePage

_copy_page = CopyPageAction._copy_page  # noqa: SLF001 - Wagtail has no hook between reading the source and storing it


def guard() -> None:
    """Let every way of copying (form, bulk, code, a channel with its courses) give courses their own codes."""
    CopyPageAction._copy_page = _copy_with_code  # noqa: SLF001


def refuse_copying(request: HttpRequest, page: Any) -> None:
    """Hook: a copy carries the drafts of the page along, so it is for those who may edit the page."""
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied


def _copy_with_code(self: Any, page: Any, to: Any = None, update_attrs: Any = None, *args: Any, **kwargs: Any) -> Any:
    course = page.specific
    if isinstance(course, CoursePage):
        update_attrs = {**(update_attrs or {}), "code": next_code(CoursePage.objects, course.code)}
    return _copy_page(self, page, to, update_attrs, *args, **kwargs)
