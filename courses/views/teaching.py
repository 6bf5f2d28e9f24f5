"""The pages of trainers: the day's sessions and the register."""

from __future__ import annotations

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
from courses.forms import MarkForm, MarkRestForm
from courses.models import ClassSession
from courses.permissions import can_teach, markable_sessions
from courses.presenters.register import MarkRow, counters, rows_of
from courses.presenters.runs import new_key
from courses.presenters.signals import reasons
from courses.selectors.signals import last_draw, roll_calls, signals_of
from courses.selectors.teaching import Register, register, teaching_day
from courses.services import attendance
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
    return _register(
        request, _session(request, pk), saved=int(saved) if saved.isdecimal() and len(saved) < 19 else None
    )


@login_required
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one person."""
    session, at = _session(request, pk), timezone.now()
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
    session = _session(request, pk)
    form = MarkRestForm(request.POST)
    press = form.cleaned_data["client_id"] if form.is_valid() else ""
    try:
        marked = attendance.mark_rest(session=session, by=cast("User", request.user), press=press or new_key())
    except Refusal as refusal:
        return _register(request, session, message=str(refusal.message), status=409)
    if _wants_part(request):
        return _register(request, session)
    messages.success(request, _("Saved: %(count)d people are here.") % {"count": len(marked)})
    return redirect("courses:register", pk)


def _session(request: HttpRequest, pk: int) -> ClassSession:
    """A session that this person may mark; every other one does not exist."""
    sessions = markable_sessions(request.user).select_related("run__course", "run__supervisor")
    return get_object_or_404(sessions, pk=pk)


def _wants_part(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]  # set by django-htmx


def _register(
    request: HttpRequest, session: ClassSession, *, status: int = 200, saved: int | None = None, **more: Any
) -> HttpResponse:
    """The whole register, or for htmx everything below its heading."""
    whole = register(session)
    context = {**_context(whole), "rows": rows_of(whole, saved=saved), **more}
    template = "courses/register/sheet.html" if _wants_part(request) else "courses/register.html"
    return render(request, template, context, status=status)


def _context(whole: Register) -> dict[str, Any]:
    at, calls = timezone.now(), roll_calls(whole.session)
    return {
        "session": whole.session,
        "register": whole,
        "counters": counters(whole),
        "key": new_key(),
        "reasons": reasons(signals_of(whole.session, [row.record for row in whole.rows if row.record], calls, at)),
        "calls": last_draw(calls),
        "under_way": whole.session.starts_at <= at <= whole.session.ends_at,
        "now": at,
    }


def _saved(request: HttpRequest, session: ClassSession, enrolment_id: int) -> HttpResponse:
    if not _wants_part(request):
        address = reverse("courses:register", args=[session.pk])
        return redirect(f"{address}?saved={enrolment_id}#person-{enrolment_id}")
    whole = register(session)
    row = whole.row_of(enrolment_id)
    context = {**_context(whole), "row": MarkRow(row, saved=True) if row else None}
    return render(request, "courses/register/update.html", context)


def _not_saved(
    request: HttpRequest, session: ClassSession, form: MarkForm, *, status: int, message: str = ""
) -> HttpResponse:
    """Show why beside the person, with what was typed; above the list if the person is not on it."""
    whole = register(session)
    wanted = form.cleaned_data.get("enrolment")
    row = whole.row_of(wanted)
    if row is None:
        return _register(request, session, status=status, message=message or _first_error(form))
    failed = MarkRow(row, form=form, message=message, key=form.data.get("client_id", "") or new_key())
    if _wants_part(request):
        return render(request, "courses/register/update.html", {**_context(whole), "row": failed}, status=status)
    rows = [failed if one.row is row else one for one in rows_of(whole)]
    return render(request, "courses/register.html", {**_context(whole), "rows": rows}, status=status)


def _first_error(form: MarkForm) -> str:
    return str(next(iter(form.errors.values()))[0])
