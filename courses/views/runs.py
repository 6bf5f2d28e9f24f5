"""The page of a class: signing up and withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refusal
from core.freshness import for_everybody
from courses.forms.sign_up import SignUpForm, WithdrawForm
from courses.models import CourseRun, Enrolment
from courses.permissions import visible_runs
from courses.presenters import signup
from courses.presenters.queue import chance
from courses.presenters.runs import views_of
from courses.presenters.teachers import named, timetable
from courses.presenters.terms import terms_of
from courses.selectors.lessons import path_to
from courses.selectors.runs import sessions_of
from courses.selectors.training import active_enrolment
from courses.services import enrolment as enrolments
from courses.services import offers


@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    return for_everybody(_page(request, _run(request, pk)))


@require_POST
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the person up. The key in the form makes a second press the same press."""
    run = _run(request, pk)
    address = reverse("courses:run", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    key = SignUpForm(request.POST).key_or_none()
    try:
        enrolment = enrolments.enrol(person=request.user, run=run, by=request.user, key=key)
    except Refusal as refusal:
        return _page(request, run, refusal=refusal)
    stored = active_enrolment(request.user, pk)
    messages.success(request, signup.answer(stored or enrolment))
    return redirect(address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then give the seat back."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("run__course", "person"), pk=pk, person=request.user)
    if request.method != "POST":
        return _confirm(request, enrolment, WithdrawForm(), status=200)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _confirm(request, enrolment, form, status=422)
    try:
        enrolments.withdraw(enrolment=enrolment, by=enrolment.person, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        return _confirm(request, enrolment, form, refusal=refusal, status=409)
    messages.success(request, signup.withdrawn(enrolment))
    return redirect("courses:my")


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the seat that is kept."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("run__course", "person"), pk=pk, person=request.user)
    try:
        taken = offers.accept(enrolment=enrolment, by=enrolment.person)
    except Refusal as refusal:
        return _page(request, _run(request, enrolment.run_id), refusal=refusal)
    messages.success(request, signup.accepted(taken))
    return redirect("courses:run", enrolment.run_id)


def _run(request: HttpRequest, pk: int) -> CourseRun:
    """A class that this person may see; every other one does not exist."""
    runs = visible_runs(request.user).select_related("course", "supervisor", "organiser")
    return get_object_or_404(runs, pk=pk)


def _page(request: HttpRequest, run: CourseRun, refusal: Refusal | None = None) -> HttpResponse:
    at = timezone.now()
    enrolment = active_enrolment(request.user, run.pk)
    context = {
        "crumbs": [*path_to(run.course), run.course],
        "now": at,
        "run": run,
        "view": views_of([run], request.user, at)[0],
        "sessions": timetable(sessions_of(run), request.user),
        "supervisor": named(run.supervisor, request.user),
        "enrolment": enrolment,
        "terms": terms_of(run),
        "chance": chance(enrolment, at) if enrolment else "",
        "refusal": refusal,
    }
    return render(request, "courses/run.html", context, status=409 if refusal else 200)


def _confirm(request: HttpRequest, enrolment: Enrolment, form: Any, *, status: int, **more: Any) -> HttpResponse:
    context = {
        "enrolment": enrolment,
        "run": enrolment.run,
        "late": enrolments.is_late(enrolment, timezone.now()),
        "form": form,
        "crumbs": [{"title": _("My training"), "url": reverse("courses:my")}],
        **more,
    }
    return render(request, "courses/withdraw.html", context, status=status)
