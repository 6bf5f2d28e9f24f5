"""Saving what is studied: small batches from the script of the page, and the button that works without it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Refusal
from courses.models import LessonPage
from courses.presenters.study import answer
from courses.selectors.progress import readable_lesson
from courses.services import progress

MOST_BYTES = 32 * 1024


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one batch: the form field `batch`, or a body of JSON. See `services.batches.read`.

    Answers 401 to visitors, 404 to those who may not read the lesson, 413, 400 and 422 to what cannot be a batch.
    """
    if not request.user.is_authenticated:
        return _refused("sign_in", 401)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _refused("too_large", 413)
    try:
        data = _sent(request)
    except (ValueError, RecursionError):  # the latter: brackets without end
        return _refused("unreadable", 400)
    at = timezone.now()
    try:
        saved = progress.save(person=request.user, lesson=_lesson(request, pk), data=data, at=at)
    except Refusal as refusal:
        return _refused(refusal.code, 422, str(refusal))
    return JsonResponse(answer(saved, at))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The button “studied”, which leads back to the lesson."""
    if not request.user.is_authenticated:
        return redirect_to_login(_public_address(request, pk))
    lesson = _lesson(request, pk)
    if not all(restriction.accept_request(request) for restriction in lesson.get_view_restrictions()):
        raise Http404
    try:
        progress.confirm(person=request.user, lesson=lesson)
        messages.success(request, _("“%(lesson)s” is noted as studied.") % {"lesson": lesson.title})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{lesson.get_url(request)}#study")


def _lesson(request: HttpRequest, pk: int) -> LessonPage:
    """A lesson that this person may read; every other one does not exist."""
    lesson = readable_lesson(pk, request.user)
    if lesson is None:
        raise Http404
    return lesson


def _public_address(request: HttpRequest, pk: int) -> str:
    """Where to go after signing in. The address of a published lesson is no secret: the course lists it."""
    lesson = LessonPage.objects.live().filter(pk=pk).first()
    return (lesson.get_url(request) if lesson else None) or "/"


def _sent(request: HttpRequest) -> Any:
    if request.content_type == "application/json":
        return json.loads(request.body)
    return json.loads(request.POST.get("batch", ""))


def _refused(code: str, status: int, message: str = "") -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
