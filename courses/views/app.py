"""The app of trainers that works without a network: its page, its worker, its manifest. None of them names anybody."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.presenters import app


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The empty page that the app fills on the device; the same for everybody, so that a device may keep it."""
    return _fresh(render(request, app.TEMPLATE, app.context()))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It changes with everything that the app consists of, and thereby makes devices update."""
    page = render_to_string(app.TEMPLATE, app.context(), request)
    about = {"version": app.version(page), "shell": reverse("courses:app"), "files": app.files(page)}
    script = f'import {{ serve }} from "{static(app.WORKER)}";\n\nserve({json.dumps(about)});\n'
    return _fresh(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return _fresh(JsonResponse(app.manifest(), content_type="application/manifest+json"))


def _fresh(response: HttpResponse) -> HttpResponse:
    """To be asked for anew each time, so that an update reaches every device."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
