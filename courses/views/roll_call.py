"""The second roll-call on the register: draw three names, note who raised a hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.errors import Refusal
from courses.models import RollCall
from courses.permissions import markable_sessions
from courses.services import roll_call as service


@login_required
@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    session = get_object_or_404(markable_sessions(person), pk=pk)
    return _done(request, session.pk, lambda: service.draw(session=session, by=person))


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    calls = RollCall.objects.filter(session__in=markable_sessions(person).values("pk")).select_related("session")
    call = get_object_or_404(calls, pk=pk)
    here = request.POST.get("here") == "yes"
    return _done(request, call.session_id, lambda: service.answer(call=call, here=here, by=person))


def _done(request: HttpRequest, session: int, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('courses:register', args=[session])}#roll-call")
