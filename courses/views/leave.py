"""Leave on the site: asking for it, seeing what became of it, deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import served
from core.errors import Refusal
from courses.enums import LeaveKind, LeaveStatus
from courses.forms.leave import DecisionForm, LeaveForm
from courses.models import ClassSession, EvidenceFile, LeaveRequest
from courses.selectors import leave as selectors
from courses.services import leave as service
from courses.services.evidence import KINDS, ending_of


@login_required
@require_safe
def leave_page(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    at = timezone.now()
    context = {
        "requests": selectors.own_requests(person),
        "sessions": selectors.may_be_asked_for(person, at),
        "waiting": len(selectors.to_decide(person)),
        "now": at,
        "crumbs": _crumbs(),
    }
    return render(request, "courses/leave/own.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for one session. What the leave would do to the class stands above it, for both kinds."""
    person: Any = request.user
    session = get_object_or_404(ClassSession.objects.select_related("run__course"), pk=pk)
    if request.method != "POST":
        return _form(request, session, LeaveForm(), status=200)
    form = LeaveForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, session, form, status=422)
    try:
        service.ask(person=person, session=session, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error("upload" if refusal.code == "evidence_refused" else None, str(refusal))
        return _form(request, session, form, status=409)
    messages.success(request, _("Your request is on its way. You will be told of the answer."))
    return redirect("courses:leave")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    row = get_object_or_404(LeaveRequest, pk=pk, enrolment__person=person)
    try:
        service.withdraw(request=row, by=person)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is taken back. Please come to the session."))
    return redirect("courses:leave")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the person's decision, with how much of the class was missed."""
    return _desk(request, status=200)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    row = get_object_or_404(LeaveRequest.objects.select_related("enrolment__unit", "session"), pk=pk)
    if not selectors.heads().may_decide(person, row):
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _desk(request, status=422, failed=pk, form=form)
    act = service.grant if form.cleaned_data["decision"] == LeaveStatus.GRANTED else service.refuse
    try:
        act(request=row, by=person, answer=form.cleaned_data["answer"])
    except Refusal as refusal:
        form.add_error("answer", str(refusal))
        if any(one.pk == pk for one in selectors.to_decide(person)):
            return _desk(request, status=409, failed=pk, form=form)
        messages.error(request, str(refusal))  # somebody else was quicker
        return redirect("courses:leave_desk")
    messages.success(request, _("The decision is stored; the person is told."))
    return redirect("courses:leave_desk")


@login_required
@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file, for those who have to see it; for everybody else it does not exist."""
    row = get_object_or_404(EvidenceFile.objects.select_related("leave_request__enrolment__unit"), pk=pk)
    if not selectors.may_open_evidence(request.user, row):
        raise Http404
    name = str(row.file.name)
    stored = served.look_up(row.file.storage, name)
    return served.send(request, stored, kind=KINDS.get(ending_of(name), "application/octet-stream"), name=row.name)


def _form(request: HttpRequest, session: ClassSession, form: LeaveForm, *, status: int) -> HttpResponse:
    enrolment = selectors.own_enrolment(request.user, session)
    if enrolment is None:
        raise Http404
    context = {
        "form": form,
        "session": session,
        "missed": selectors.missed(enrolment, session),
        "duty": selectors.missed(enrolment, session, LeaveKind.DUTY),
        "has_begun": session.starts_at <= timezone.now(),
        "crumbs": [*_crumbs(), {"title": _("Leave"), "url": reverse("courses:leave")}],
    }
    return render(request, "courses/leave/ask.html", context, status=status)


def _desk(
    request: HttpRequest, *, status: int, failed: int | None = None, form: DecisionForm | None = None
) -> HttpResponse:
    rows = selectors.to_decide(request.user)
    shares = selectors.missed_of([(row.enrolment, row.session, row.kind) for row in rows])
    items = [
        {"request": row, "missed": share, "form": form if row.pk == failed else DecisionForm()}
        for row, share in zip(rows, shares, strict=True)
    ]
    context = {"items": items, "crumbs": [*_crumbs(), {"title": _("Leave"), "url": reverse("courses:leave")}]}
    return render(request, "courses/leave/desk.html", context, status=status)


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("My training"), "url": reverse("courses:my")}]
