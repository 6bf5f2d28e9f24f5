"""The register by keyboard: typed from the signed sheet, saved in one call."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.errors import Refusal
from courses.enums import AttendanceSource
from courses.errors import NotOnRoster
from courses.models import ClassSession
from courses.presenters.grid import Grid, typed
from courses.selectors.teaching import register
from courses.services import attendance, standing
from courses.services.marking import why_not_open
from courses.views.teaching import session_of
from people.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grid_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A line for everybody on the sheet; a POST saves the lines that were changed, all of them or none."""
    session, at = session_of(request, pk), timezone.now()
    if request.method != "POST":
        return show_grid(request, Grid(register(session), standing.outcomes([session])), at)
    grid = _sent(request, session)
    marks = grid.marks(at)
    if grid.wrong:
        return show_grid(request, grid, at, status=422)
    try:
        _save(request, grid, marks, at)
    except Refusal as refusal:
        return show_grid(request, grid, at, status=409, message=str(refusal))
    return redirect("courses:register", pk)


def _sent(request: HttpRequest, session: ClassSession) -> Grid:
    whole, form = register(session), request.POST
    return Grid(whole, standing.outcomes([session]), typed(form), "rest" in form, from_table="table" in form)


def _save(request: HttpRequest, grid: Grid, marks: list[dict[str, Any]], at: datetime.datetime) -> None:
    """Raises what `attendance.mark` raises, and NotOnRoster for people who have left since the page was shown."""
    if grid.gone:
        raise NotOnRoster(
            _("%(count)d of the people marked are not on the roster of this class; nothing was saved.")
            % {"count": grid.gone}
        )
    if not marks:
        messages.info(request, _("Nothing was changed: every line is as it was."))
        return
    source = AttendanceSource.IMPORT if grid.from_table else AttendanceSource.PAPER
    by = cast("User", request.user)
    attendance.mark(session=grid.register.session, marks=marks, by=by, at=at, source=source)
    messages.success(
        request, ngettext("Saved: %(count)d mark.", "Saved: %(count)d marks.", len(marks)) % {"count": len(marks)}
    )


def show_grid(
    request: HttpRequest, grid: Grid, at: datetime.datetime, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page; where nobody can be marked now it says why, and has no lines unless some were typed."""
    session = grid.register.session
    context = {
        "session": session,
        "grid": grid,
        "closed": "" if more.get("message") else why_not_open(session, at),
        "crumbs": [
            {"title": _("Teaching"), "url": reverse("courses:teach")},
            {"title": session.run.course.title, "url": reverse("courses:register", args=[session.pk])},
        ],
        **more,
    }
    return render(request, "courses/register/grid.html", context, status=status)
