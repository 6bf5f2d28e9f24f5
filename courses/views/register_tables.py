"""Attendance as tables: a session and a class as workbooks, and an edited table read in again."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import ClassSession, Enrolment
from courses.permissions import markable_sessions
from courses.presenters.attendance_tables import class_table, session_table
from courses.presenters.grid_table import Preview, preview
from courses.selectors.office import attendance_sheet
from courses.selectors.teaching import register
from courses.services import standing
from courses.services.marking import why_not_open
from courses.views.grid import show_grid
from courses.views.teaching import session_of
from people.forms.imports import TableForm


@login_required
@require_safe
def session_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    return session_table(register(session_of(request, pk)))


@login_required
@require_safe
def class_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the class against those of its sessions whose register the person keeps."""
    run = session_of(request, pk).run
    return class_table(run, attendance_sheet(run, Enrolment.objects.all(), markable_sessions(request.user)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Both tables to take along; a POST shows what an edited one would change, and changes nothing."""
    session, at = session_of(request, pk), timezone.now()
    closed = why_not_open(session, at)
    if request.method != "POST":
        return _page(request, session, TableForm(), closed)
    form = TableForm(request.POST, request.FILES)
    if closed or not form.is_valid():
        return _page(request, session, form, closed, status=409 if closed else 422)
    found = _preview(session, form, at)
    if found is None:
        return _page(request, session, form, closed, status=422)
    return show_grid(request, found.grid, at, preview=found)


def _preview(session: ClassSession, form: TableForm, at: datetime.datetime) -> Preview | None:
    """None if the file cannot be read; the form says why."""
    try:
        return preview(form.cleaned_data["file"], register(session), standing.outcomes([session]), at)
    except ValidationError as fault:
        form.add_error("file", fault)
        return None


def _page(request: HttpRequest, session: ClassSession, form: Any, closed: str, *, status: int = 200) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        "closed": closed,
        "crumbs": [
            {"title": _("Teaching"), "url": reverse("courses:teach")},
            {"title": session.run.course.title, "url": reverse("courses:register", args=[session.pk])},
        ],
    }
    return render(request, "courses/register/table.html", context, status=status)
