"""Calendars: the secret address of one person, and the sessions of one class as a file."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.conditional import with_etag
from core.throttle import Limit, address_of
from courses.forms.sign_up import CalendarForm
from courses.permissions import visible_runs
from courses.presenters.calendar import AddressOf, calendar
from courses.selectors.calendar import entries_of_person, entries_of_run, feed_of, reader_of
from courses.services.calendar import make_address, remove_address
from people.models import User

# A whole bureau reads its calendars through one address; a calendar asks a few times a day.
BY_ADDRESS = Limit("calendar-address", most=600)
BY_TOKEN = Limit("calendar", most=60)
SECRET = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Make, renew or take back the address. A new address is shown in this one answer and never again."""
    person = cast("User", request.user)
    token = ""
    if request.method == "POST":
        form = CalendarForm(request.POST)
        if not form.is_valid():
            return redirect("courses:my_calendar")
        if form.cleaned_data["action"] == CalendarForm.REMOVE:
            remove_address(person=person)
            return redirect("courses:my_calendar")
        token = make_address(person=person, seen=form.cleaned_data["seen"])
    return _page(request, person, token)


def _page(request: HttpRequest, person: User, token: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("courses:feed", args=[token])) if token else ""
    context = {
        "feed": feed_of(person),
        "address": address,
        "subscribe": address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        "crumbs": [{"title": _("My training"), "url": reverse("courses:my")}],
    }
    response = render(request, "courses/calendar.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response  # with the site's own Referrer-Policy: without a referrer browsers send forms from nowhere


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever made the address. Nobody signs in: calendars cannot."""
    wait = BY_ADDRESS.wait(address_of(request)) or BY_TOKEN.wait(token)
    if wait:
        return _text(_("Too many requests"), status=429, headers={**SECRET, "Retry-After": str(wait)})
    person = reader_of(token)
    if person is None:
        return _text(_("There is no such calendar, or its address was taken back."), status=404, headers=SECRET)
    entries = entries_of_person(person, timezone.now())
    content = calendar(entries, name=_("My training"), address_of=_address_of_run(request))
    return _calendar(request, content, "training.ics", SECRET)


@require_safe
def run_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of one class, for whoever may see the class."""
    run = get_object_or_404(visible_runs(request.user).select_related("course"), pk=pk)
    name = f"{run.course.title} {run.intake}"
    content = calendar(entries_of_run(run), name=name, address_of=_address_of_run(request))
    return _calendar(request, content, f"{run.class_no}.ics", {"X-Robots-Tag": "noindex"})


def _address_of_run(request: HttpRequest) -> AddressOf:
    return lambda run: request.build_absolute_uri(reverse("courses:run", args=[run.pk]))


def _calendar(request: HttpRequest, content: bytes, filename: str, headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
    # Not as an attachment: a telephone then offers to add the dates instead of storing a file.
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=filename) or ""
    return with_etag(request, response)


def _text(words: str, *, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
