"""When I am taken: duty and court dates that warn before a sign-up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Refusal
from courses.forms.sign_up import BusyForm
from courses.models import BusyTime
from courses.services.busy import add_busy_time, remove_busy_time


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def busy_page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, BusyForm(), status=200)
    person: Any = request.user
    form = BusyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        add_busy_time(person=person, **form.entry())
    except (Refusal, ValidationError) as refusal:
        form.add_error(None, getattr(refusal, "messages", None) or str(getattr(refusal, "message", refusal)))
        return _page(request, form, status=422)
    messages.success(request, _("Noted. You are warned before you sign up for a class at that time."))
    return redirect("courses:busy")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    remove_busy_time(person=person, pk=pk)
    messages.success(request, _("Removed."))
    return redirect("courses:busy")


def _page(request: HttpRequest, form: BusyForm, *, status: int) -> HttpResponse:
    person: Any = request.user
    context = {
        "form": form,
        "entries": BusyTime.objects.filter(person=person).after(timezone.now()),
        "crumbs": [{"title": _("My training"), "url": reverse("courses:my")}],
    }
    return render(request, "courses/busy.html", context, status=status)
