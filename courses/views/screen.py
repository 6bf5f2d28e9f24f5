"""The screen of a room: a code that changes, how many are here, who came last."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.permissions import markable_sessions
from courses.presenters.screen import Screen


@login_required
@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "courses/screen.html", {"screen": _screen(request, pk)})


@login_required
@require_safe
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes on the screen. The page asks for it again and again; its own clock plays no part."""
    return render(request, "courses/screen/now.html", {"screen": _screen(request, pk)})


def _screen(request: HttpRequest, pk: int) -> Screen:
    sessions = markable_sessions(request.user).select_related("run__course")
    session = get_object_or_404(sessions, pk=pk)
    site = request.build_absolute_uri("/").rstrip("/")
    return Screen(session, timezone.now(), site, reverse("courses:check_in"))
