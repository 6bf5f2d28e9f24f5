"""Scanned pages of the signed sheet: kept as evidence beside the register, before and after its closing."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.forms.leave import ScansForm
from courses.models import ClassSession
from courses.selectors.registers import scans_of
from courses.services.evidence import keep_scans
from courses.views.teaching import session_of
from people.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def scans_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept, who kept it and when; a POST keeps more."""
    session = session_of(request, pk)
    if request.method != "POST":
        return _page(request, session, ScansForm())
    form = ScansForm(request.POST, request.FILES)
    if form.is_valid() and _keep(request, session, form):
        return redirect("courses:scans", pk)
    return _page(request, session, form, status=422)


def _keep(request: HttpRequest, session: ClassSession, form: ScansForm) -> bool:
    """Keep the files and say so; otherwise the form says what is wrong."""
    by = cast("User", request.user)
    try:
        kept = keep_scans(uploads=form.cleaned_data["uploads"], session=session, by=by)
    except ValidationError as fault:
        form.add_error("uploads", fault)
        return False
    words = ngettext("%(count)d file is kept.", "%(count)d files are kept.", len(kept)) % {"count": len(kept)}
    messages.success(request, words if kept else _("These files are kept already."))
    return True


def _page(request: HttpRequest, session: ClassSession, form: ScansForm, *, status: int = 200) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        "scans": scans_of(session),
        "crumbs": [
            {"title": _("Teaching"), "url": reverse("courses:teach")},
            {"title": session.run.course.title, "url": reverse("courses:register", args=[session.pk])},
        ],
    }
    return render(request, "courses/register/scans.html", context, status=status)
