"""Registers and paper: the sign-in sheet to print."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import ClassSession
from courses.presenters.sheet import Sheet
from courses.selectors.registers import newest_seal
from courses.selectors.teaching import register
from courses.views.teaching import session_of


@login_required
@require_safe
def sheet_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of one session: empty before it, with what was marked after it, with its seal once it is closed."""
    return render(request, "courses/register/paper.html", {"sheet": _sheet(request, session_of(request, pk))})


def _sheet(request: HttpRequest, session: ClassSession) -> Sheet:
    seal = newest_seal(session) if session.closed_at else None
    address = request.build_absolute_uri(reverse("courses:verify", args=[seal.public_id])) if seal else ""
    trainers = [person.name for person in session.trainers.all()]
    return Sheet(register(session), trainers, timezone.now(), seal, address)
