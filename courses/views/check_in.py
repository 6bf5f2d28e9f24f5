"""Checking in with one's own phone. The code is looked at before anybody signs in, so a slow sign-in loses nothing."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from core.errors import Refusal
from core.throttle import Limit
from courses.errors import CodeTooOld, CodeUnknown, CodeWrong
from courses.forms.register import CodeForm
from courses.models import ClassSession
from courses.presenters.check_in import Done
from courses.selectors.check_in import codes_may_be_of, own_mark
from courses.services import attendance, codes
from courses.views.device import device_of, remember_device

# Of a million codes three are good at a time: this many tries guess none, and no honest person needs them.
TRIES = Limit("check-in-code", 20, seconds=600)
TRIED = "wrong_codes"


@require_GET
@never_cache
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """The picture leads here. One scan is enough: whoever is signed in has checked in."""
    at, device = timezone.now(), device_of(request)
    try:
        scan = codes.read_token(token, at)
    except CodeTooOld as refusal:
        return _too_late(request, codes.session_of(token), refusal)
    except CodeUnknown as refusal:
        return _refused(request, refusal, status=404)
    text = codes.make_pass(scan, device)
    if request.user.is_authenticated:
        response = _check_in(request, scan.session, text, at, device)
    else:
        response = redirect_to_login(reverse("courses:check_in_pass", args=[text]))
    return remember_device(response, device)


@login_required
@require_GET
@never_cache
def carry_on(request: HttpRequest, text: str) -> HttpResponse:
    """Signed in at last: the pass says when the code was scanned."""
    at, device = timezone.now(), device_of(request)
    try:
        given = codes.read_pass(text, at)
    except CodeTooOld as refusal:
        return _too_late(request, codes.session_of_pass(text), refusal)
    except CodeUnknown as refusal:
        return _refused(request, refusal, status=404)
    return remember_device(_check_in(request, given.session, text, at, device), device)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """The short code, for those whose camera or network does not do it."""
    if request.method != "POST":
        return _form(request, CodeForm(), status=200)
    if wait := TRIES.wait(str(request.user.pk)):
        response = _form(request, CodeForm(), status=429, message=_too_often(wait))
        response.headers["Retry-After"] = str(wait)
        return response
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    return _try(request, form)


@login_required
@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What was recorded: the same friendly page however often somebody comes."""
    mark = own_mark(request.user, pk)
    if mark is None:
        raise Http404
    return render(request, "courses/check_in/done.html", {"done": Done(mark, timezone.now())})


def _check_in(request: HttpRequest, session: int, code: str, at: datetime.datetime, device: str) -> HttpResponse:
    person: Any = request.user
    tries = request.session.get(TRIED, 0) if code.isdecimal() else 0
    try:
        attendance.check_in(
            session=ClassSession(pk=session), person=person, code=code, at=at, device=device, tries=tries
        )
    except CodeUnknown as refusal:
        return _refused(request, refusal, status=404)
    except Refusal as refusal:
        return _refused(request, refusal, status=409)
    return redirect("courses:checked_in", session)


def _try(request: HttpRequest, form: CodeForm) -> HttpResponse:
    at, code, device = timezone.now(), form.cleaned_data["code"], device_of(request)
    sessions = codes_may_be_of(request.user, at)
    for session in sessions:
        if codes.phase_of_digits(session.pk, code, at):
            response = _check_in(request, session.pk, code, at, device)
            request.session.pop(TRIED, None)
            return remember_device(response, device)
    request.session[TRIED] = request.session.get(TRIED, 0) + 1
    message = CodeWrong.message if sessions else _("None of your classes can be checked in to now.")
    form.add_error("code", str(message))
    return _form(request, form, status=422)


def _too_often(wait: int) -> str:
    minutes = -(-wait // 60)
    return _("Too many tries. Please wait %(minutes)d minutes, or speak to the trainer.") % {"minutes": minutes}


def _too_late(request: HttpRequest, session: int, refusal: Refusal) -> HttpResponse:
    """Who has checked in already hears that, whatever became of the code."""
    if request.user.is_authenticated and own_mark(request.user, session):
        return redirect("courses:checked_in", session)
    return _refused(request, refusal, status=409)


def _refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    return render(request, "courses/check_in/refused.html", {"message": refusal.message}, status=status)


def _form(request: HttpRequest, form: CodeForm, *, status: int, message: str = "") -> HttpResponse:
    return render(request, "courses/check_in/typed.html", {"form": form, "message": message}, status=status)
