"""The gate before uploaded files: a file of a closed lesson is as closed as the lesson."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from courses.permissions import may_open_material


def refuse_closed_material(material: Any, request: HttpRequest) -> HttpResponse | None:
    """Wagtail's hook before a document is served: None lets it pass."""
    if may_open_material(request.user, material):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied
