"""The app of trainers that works without a network: its page, its worker, its manifest. None of them names anybody."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.presenters import app


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The empty page that the app fills on the device; the same for everybody, so that a device may keep it."""
    return _fresh(render(request, app.TEMPLATE, app.context()))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It changes with everything that the app consists of, and thereby makes devices update.

    Browsers ask for it without cookies: how pages look on this device is told by `look`.
    """
    page = render_to_string(app.TEMPLATE, app.context(), request)
    about = {
        "version": app.version(page, request.GET.get("look", "")),
        "shell": reverse("courses:app"),
        "files": app.files(page),
    }
    script = f'import {{ serve }} from "{static(app.WORKER)}";\n\nserve({json.dumps(about)});\n'
    return _fresh(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return _fresh(JsonResponse(app.manifest(), content_type="application/manifest+json"))


def sign_out_script() -> SafeString:
    """For Wagtail's admin, where one can sign out too: what removes names from the device."""
    return format_html('<script type="module" src="{}"></script>', static(app.FORGET))


def tell_of_unsent(request: HttpRequest | None, **kwargs: Any) -> None:
    """Receiver of `user_logged_out`: marks that wait on the device, as its script said, are not forgotten."""
    if request is not None and request.POST.get("unsent"):
        text = _("Your marks that are not sent yet stay on this device as numbers. Sign in here again to send them.")
        messages.warning(request, text)


def _fresh(response: HttpResponse) -> HttpResponse:
    """To be asked for anew each time, so that an update reaches every device."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
