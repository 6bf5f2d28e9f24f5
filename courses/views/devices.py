"""What a trainer's device asks for: the day's registers to take along, and the marks it made on the way."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refusal
from courses.permissions import can_teach
from courses.presenters.offline import answer, day
from courses.services import sync as service
from people.models import User

MOST_BYTES = 1024 * 1024


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The registers of today and tomorrow. Answers 401 to visitors, 404 to those who keep none, 304 to a known ETag.

    The header X-CSRFToken carries what the next POST must send back; X-Server-Time is our clock.
    """
    if not isinstance(request.user, User):
        return _refused("sign_in", 401)
    if not can_teach(request.user):
        return _refused("not_found", 404)
    at = timezone.now()
    body = day(request.user, at)
    etag = f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'
    moments = {"server_time": at.isoformat(), "expires_at": session_ends(request, at).isoformat()}
    response = JsonResponse({**body, **moments}, json_dumps_params={"ensure_ascii": False})
    return _private(request, get_conditional_response(request, etag=etag, response=response) or response, etag)


def session_ends(request: HttpRequest, at: datetime.datetime) -> datetime.datetime:
    """When whoever is signed in must sign in again: until then a device may keep the registers."""
    kept = Session.objects.filter(pk=request.session.session_key).values_list("expire_date", flat=True).first()
    return kept or at


def _private(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    """For this person alone, and to be asked for anew each time."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-CSRFToken"] = get_token(request)
    response.headers["X-Server-Time"] = timezone.now().isoformat()
    patch_vary_headers(response, ["Cookie"])
    return response


@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Keep a batch of marks; see `services.sync`. Answers 401 to visitors, 404 to those who keep no register, 413 and
    400 to what is too large or no JSON, 422 to what is no batch of marks."""
    if not isinstance(request.user, User):
        return _refused("sign_in", 401)
    if not can_teach(request.user):
        return _refused("not_found", 404)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _refused("too_large", 413)
    try:
        data = _sent(request)
    except (ValueError, RecursionError):  # the latter: brackets without end
        return _refused("unreadable", 400)
    try:
        return JsonResponse(answer(service.sync(data=data, by=request.user)))
    except Refusal as refusal:
        return _refused(refusal.code, 422, str(refusal))


def _sent(request: HttpRequest) -> Any:
    if request.content_type != "application/json":
        raise ValueError
    return json.loads(request.body)


def _refused(code: str, status: int, message: str = "") -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
