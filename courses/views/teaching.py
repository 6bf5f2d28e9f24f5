"""The pages of trainers: the day's sessions and the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refusal
from courses.forms.register import CloseForm, MarkForm, MarkRestForm
from courses.models import AttendanceEvent, ClassSession
from courses.permissions import can_teach, markable_sessions
from courses.presenters.register import counters, here, refused_sentence, row_of, rows_of
from courses.presenters.runs import new_key
from courses.presenters.signals import reasons
from courses.selectors.registers import closing_seal, last_mark, marked_since, open_refusals
from courses.selectors.signals import last_draw, roll_calls, signals_of
from courses.selectors.teaching import Register, register, teaching_day
from courses.services import attendance, standing
from courses.services.fold import Outcome
from courses.services.marking import Pair
from courses.services.sealing import BEFORE_THE_END
from people.models import User


@login_required
@require_safe
def teach_page(request: HttpRequest) -> HttpResponse:
    if not can_teach(request.user):
        raise Http404
    at = timezone.now()
    return render(request, "courses/teach.html", {"day": teaching_day(request.user, at), "now": at})


@login_required
@require_safe
def register_page(request: HttpRequest, pk: int) -> HttpResponse:
    saved = request.GET.get("saved", "")
    wanted = request.GET.get("q", "").strip()[:60]
    return show_register(request, session_of(request, pk), saved=_number(saved), wanted=wanted)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@login_required
@require_safe
def register_news(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that others have marked since the mark that the page has seen last; 204 if there are none."""
    session = session_of(request, pk)
    since = _number(request.GET.get("since", "")) or 0
    changed = marked_since(session, since, request.user)
    if not changed:
        return HttpResponse(status=204)
    whole, outcomes = register(session), standing.outcomes([session])
    rows = [row_of(whole, row, outcomes) for row in whole.rows if row.enrolment.pk in changed]
    context = {**context_of(whole, outcomes), "rows": rows, "last": last_mark(session)}
    return render(request, "courses/register/news.html", context)


@login_required
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one person."""
    session, at = session_of(request, pk), timezone.now()
    form = MarkForm(request.POST, session=session, at=at)
    if not form.is_valid():
        return _not_saved(request, session, form, status=422)
    try:
        attendance.mark(session=session, marks=[form.mark()], by=cast("User", request.user), at=at)
    except Refusal as refusal:
        return _not_saved(request, session, form, message=str(refusal.message), status=409)
    return _saved(request, session, form.cleaned_data["enrolment"])


@login_required
@require_POST
def mark_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who is not marked yet is here. Those marked already stay as they are."""
    session = session_of(request, pk)
    form = MarkRestForm(request.POST)
    press = form.cleaned_data["client_id"] if form.is_valid() else ""
    try:
        marked = attendance.mark_rest(session=session, by=cast("User", request.user), press=press or new_key())
    except Refusal as refusal:
        return show_register(request, session, message=str(refusal.message), status=409)
    if wants_part(request):
        return show_register(request, session)
    messages.success(request, _("Saved: %(count)d people are here.") % {"count": len(marked)})
    return redirect("courses:register", pk)


def session_of(request: HttpRequest, pk: int) -> ClassSession:
    """A session that this person may mark; every other one does not exist."""
    sessions = markable_sessions(request.user).select_related("run__course", "run__supervisor", "closed_by")
    return get_object_or_404(sessions, pk=pk)


def wants_part(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]  # set by django-htmx


def show_register(
    request: HttpRequest,
    session: ClassSession,
    *,
    status: int = 200,
    saved: int | None = None,
    wanted: str = "",
    **more: Any,
) -> HttpResponse:
    """The whole register, or for htmx everything below its heading."""
    whole = register(session)
    outcomes = standing.outcomes([session])
    rows = rows_of(whole, outcomes, saved=saved, wanted=wanted)
    template = "courses/register/sheet.html" if wants_part(request) else "courses/register.html"
    context = {**context_of(whole, outcomes), **around(session), "rows": rows, "q": wanted, **more}
    return render(request, template, context, status=status)


def context_of(whole: Register, outcomes: Mapping[Pair, Outcome]) -> dict[str, Any]:
    at, session, calls = timezone.now(), whole.session, roll_calls(whole.session)
    return {
        "session": session,
        "register": whole,
        "counters": counters(whole),
        "here": here(whole),
        "key": new_key(),
        "reasons": reasons(signals_of(whole, _own_marks(outcomes), calls, at)),
        "calls": last_draw(calls),
        "under_way": session.starts_at <= at <= session.ends_at,
        "can_close": session.closed_at is None and at >= session.ends_at - BEFORE_THE_END and not session.is_cancelled,
        "now": at,
    }


def _own_marks(outcomes: Mapping[Pair, Outcome]) -> dict[int, list[AttendanceEvent]]:
    """What people's own phones recorded, by enrolment id, as it was recorded."""
    own = {key[1]: [row for row in outcome.marks if row.is_own] for key, outcome in outcomes.items()}
    return {pk: rows for pk, rows in own.items() if rows}


def around(session: ClassSession) -> dict[str, Any]:
    """What stands above and below the list."""
    refused = [(mark, refused_sentence(mark)) for mark in open_refusals(session)]
    if session.closed_at is not None:
        return {"refused": refused, "seal": closing_seal(session)}
    return {"refused": refused, "last": last_mark(session), "close_form": CloseForm()}


def _saved(request: HttpRequest, session: ClassSession, enrolment_id: int) -> HttpResponse:
    if not wants_part(request):
        address = reverse("courses:register", args=[session.pk])
        return redirect(f"{address}?saved={enrolment_id}#person-{enrolment_id}")
    whole = register(session)
    row = whole.row_of(enrolment_id)
    outcomes = standing.outcomes([session])
    context = {**context_of(whole, outcomes), "row": row_of(whole, row, outcomes, saved=True) if row else None}
    return render(request, "courses/register/update.html", context)


def _not_saved(
    request: HttpRequest, session: ClassSession, form: MarkForm, *, status: int, message: str = ""
) -> HttpResponse:
    """Show why beside the person, with what was typed; above the list if the person is not on it."""
    whole = register(session)
    row = whole.row_of(form.cleaned_data.get("enrolment"))
    if row is None or session.closed_at is not None:
        return show_register(request, session, status=status, message=message or first_error(form))
    outcomes = standing.outcomes([session])
    key = form.data.get("client_id", "") or new_key()
    failed = row_of(whole, row, outcomes, form=form, message=message, key=key)
    if wants_part(request):
        return render(
            request, "courses/register/update.html", {**context_of(whole, outcomes), "row": failed}, status=status
        )
    rows = [failed if one.row is row else one for one in rows_of(whole, outcomes)]
    context = {**context_of(whole, outcomes), **around(session), "rows": rows}
    return render(request, "courses/register.html", context, status=status)


def first_error(form: Any) -> str:
    return str(next(iter(form.errors.values()))[0])
