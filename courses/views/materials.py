"""Uploaded files: each goes only to whom `courses.permissions` opens it, whatever the request asks of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.models import document_served

from core import served
from core.models import Material
from courses.permissions import may_open_material


def refuse_closed_material(material: Any, request: HttpRequest) -> HttpResponse | None:
    """Wagtail's hook before a document is served: None lets it pass."""
    if may_open_material(request.user, material):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied


@require_safe
def serve(request: HttpRequest, pk: str, name: str) -> HttpResponseBase:
    """Send a file, in place of Wagtail's own view, which knows no ranges and answers with the name in the address.

    The question who may have it comes before everything that could tell something of the file. Addresses of before,
    with any name at their end, lead to the present one.
    """
    material = get_object_or_404(Material.objects.select_related("collection").defer("text"), pk=pk)
    for hook in hooks.get_hooks("before_serve_document"):
        refusal = hook(material, request)
        if isinstance(refusal, HttpResponse):
            return refusal
    if request.path != material.url:
        return redirect(material.url)
    document_served.send(sender=Material, instance=material, request=request)
    return served.send(
        request,
        served.look_up(material.file.storage, material.file.name),
        kind=material.content_type,
        name=material.download_name,
        cache=served.PUBLIC if _is_for_everybody(material, request) else served.PRIVATE,
    )


def _is_for_everybody(material: Material, request: HttpRequest) -> bool:
    return not request.user.is_authenticated or may_open_material(AnonymousUser(), material)
