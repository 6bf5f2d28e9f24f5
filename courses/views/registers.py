"""Around a register: settling disagreements, closing, the history of one person's mark, corrections, walk-ins."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refusal
from courses.forms.register import CloseForm, CorrectionForm, DecideForm
from courses.models import AttendanceRecord, ClassSession, Correction, Enrolment, RefusedMark
from courses.permissions import MANAGE, can_teach, markable_sessions
from courses.presenters.register import correction_sentence, history
from courses.selectors.make_up import attended_elsewhere, is_missed, not_credited
from courses.selectors.registers import corrections_of, corrections_open_to, decided, marks_of, waiting
from courses.selectors.teaching import found_people
from courses.services import attendance, corrections, moves
from courses.services.make_up import credit_make_up
from courses.services.sealing import REST_ABSENT
from courses.services.sync import settle as settle_mark
from courses.views.teaching import first_error, session_of, show_register
from people.models import User


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the marks that disagree is right."""
    session = session_of(request, pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return show_register(request, session, status=422, message=first_error(form))
    enrolment = get_object_or_404(Enrolment, pk=form.cleaned_data["enrolment"], run=session.run_id)
    status, head = form.choice()
    try:
        attendance.decide(session=session, enrolment=enrolment, status=status, head=head, by=_person(request))
    except Refusal as refusal:
        return show_register(request, session, status=409, message=str(refusal.message))
    return redirect(f"{_register(session)}?saved={enrolment.pk}#person-{enrolment.pk}")


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return show_register(request, session, status=422, message=first_error(form), close_form=form)
    data = form.cleaned_data
    rest = REST_ABSENT if data["rest_absent"] else ""
    try:
        attendance.close_register(
            session=session, by=_person(request), head_count=data["head_count"], rest=rest, note=data["note"]
        )
    except Refusal as refusal:
        return show_register(request, session, status=409, message=str(refusal.message), close_form=form)
    messages.success(request, _("The register is closed. Changes now need a reason and a second person."))
    return redirect("courses:register", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
    """The history of one person's mark; a POST asks for a correction."""
    session = session_of(request, pk)
    person = get_object_or_404(Enrolment.objects.select_related("person", "unit"), pk=enrolment, run=session.run_id)
    form, message = CorrectionForm(session=session), ""
    if request.method == "POST":
        form = CorrectionForm(request.POST, session=session)
        message = _ask(request, session, person, form)
        if not message and form.is_valid():
            return redirect("courses:mark_history", pk, enrolment)
    context = {
        "session": session,
        "enrolment": person,
        "lines": history(marks_of(session, person)),
        "corrections": [(row, correction_sentence(row)) for row in corrections_of(session, person)],
        "form": form,
        "message": message,
        "make_ups": _make_ups(request, session, person),
        "crumbs": [*_crumbs(), {"title": session.run.course.title, "url": _register(session)}],
    }
    return render(request, "courses/register/person.html", context, status=422 if request.method == "POST" else 200)


def _make_ups(request: HttpRequest, session: ClassSession, enrolment: Enrolment) -> list[AttendanceRecord]:
    """What the office may credit for a missed session; nothing for others."""
    record = AttendanceRecord.objects.filter(session=session, enrolment=enrolment).first()
    if not request.user.has_perm(MANAGE) or not is_missed(record):
        return []
    return not_credited(attended_elsewhere(session, enrolment), enrolment)


@login_required
@require_POST
def make_up(request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
    """A session attended in another intake makes this one good."""
    session = session_of(request, pk)
    person = get_object_or_404(Enrolment.objects.select_related("person"), pk=enrolment, run=session.run_id)
    wanted = request.POST.get("record", "")
    other = get_object_or_404(AttendanceRecord, pk=wanted if wanted.isdecimal() and len(wanted) < 19 else 0)
    try:
        done = credit_make_up(session=session, enrolment=person, other=other, by=_person(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        asked = isinstance(done, Correction)
        messages.success(
            request, _("Asked. The correction waits for a second person.") if asked else _("The session is made up.")
        )
    return redirect("courses:mark_history", pk, enrolment)


def _ask(request: HttpRequest, session: ClassSession, enrolment: Enrolment, form: CorrectionForm) -> str:
    """Ask; return what speaks against it, empty if the form itself says so or nothing does."""
    if not form.is_valid():
        return ""
    try:
        corrections.ask_correction(session=session, enrolment=enrolment, by=_person(request), **form.correction())
    except Refusal as refusal:
        return str(refusal.message)
    messages.success(request, _("Asked. The correction waits for a second person."))
    return ""


@login_required
@require_safe
def corrections_page(request: HttpRequest) -> HttpResponse:
    """Corrections that wait, those that this person may decide first in words; then those that are decided."""
    return _corrections(request)


def _corrections(request: HttpRequest, *, status: int = 200, message: str = "") -> HttpResponse:
    if not can_teach(request.user):
        raise Http404
    rows = corrections_open_to(request.user)
    context = {
        "waiting": [_shown(request, row) for row in waiting(rows)],
        "decided": [_shown(request, row) for row in decided(rows)],
        "message": message,
        "crumbs": _crumbs(),
    }
    return render(request, "courses/register/corrections.html", context, status=status)


def _shown(request: HttpRequest, row: Correction) -> dict[str, Any]:
    may = corrections.may_decide(_person(request), row)
    return {"row": row, "sentence": correction_sentence(row), "may_decide": may}


@login_required
@require_POST
def decide_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse, by the button that was pressed."""
    if not can_teach(request.user):
        raise Http404
    row, by = get_object_or_404(corrections_open_to(request.user), pk=pk), _person(request)
    try:
        if request.POST.get("action") == "confirm":
            corrections.confirm_correction(correction=row, by=by)
            messages.success(request, _("Confirmed. The register is corrected and sealed again."))
        else:
            corrections.refuse_correction(correction=row, by=by, answer=request.POST.get("answer", ""))
            messages.success(request, _("Refused. The register stays as it is."))
    except Refusal as refusal:
        return _corrections(request, status=409, message=str(refusal.message))
    return redirect("courses:corrections")


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    rows = RefusedMark.objects.filter(session__in=markable_sessions(request.user).values("pk"))
    mark = get_object_or_404(rows, pk=pk)
    settle_mark(mark=mark, by=_person(request))
    return redirect("courses:register", mark.session_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Find whoever came without having signed up, by name, pinyin or work number, and add that person."""
    session = session_of(request, pk)
    wanted = (request.POST.get("q") or request.GET.get("q") or "").strip()[:60]
    message, status = "", 200
    if request.method == "POST":
        try:
            return _add(request, session, wanted)
        except Refusal as refusal:
            message, status = str(refusal.message), 409
    people = found_people(session, wanted)
    context = {
        "session": session,
        "q": wanted,
        "people": people,
        "message": message,
        "crumbs": [*_crumbs(), {"title": session.run.course.title, "url": _register(session)}],
    }
    return render(request, "courses/register/walk_in.html", context, status=status)


def _add(request: HttpRequest, session: ClassSession, wanted: str) -> HttpResponse:
    """The person must be one whom the search finds. Raises ChangeRefused, EnrolmentRefused."""
    key = request.POST.get("person", "")
    person = next((row for row in found_people(session, wanted) if str(row.pk) == key), None)
    if person is None:
        raise Http404
    enrolment = moves.walk_in(session=session, person=person, by=_person(request))
    messages.success(request, _("%(name)s is on the register now.") % {"name": person.name})
    return redirect(f"{_register(session)}#person-{enrolment.pk}")


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _register(session: ClassSession) -> str:
    return reverse("courses:register", args=[session.pk])


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Teaching"), "url": reverse("courses:teach")}]
