"""One's own attendance, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.presenters.charts import attendance_chart, share_of
from courses.presenters.own_attendance import lines, seventh
from courses.selectors.attendance_totals import Period
from courses.selectors.own_attendance import OwnAttendance, own_attendance, years_of


@login_required
@require_safe
def attendance_page(request: HttpRequest) -> HttpResponse:
    """What the registers say of the person who asks, and of nobody else."""
    at = timezone.now()
    years = years_of(request.user, at)
    year = chosen_year(request, years, timezone.localtime(at).year)
    attendance = own_attendance(request.user, Period.of_year(year), at)
    context = {
        "year": year,
        "years": years,
        "total": attendance.total,
        "share": share_of(attendance.total),
        "classes": [(mine, lines(mine, at), seventh(mine), share_of(mine.totals)) for mine in attendance.classes],
        "chart": _chart(attendance, year),
        "crumbs": [{"title": _("My training"), "url": reverse("courses:my")}],
    }
    return render(request, "courses/attendance.html", context)


def chosen_year(request: HttpRequest, years: Sequence[int], default: int) -> int:
    """The year asked for, if it is one of those offered."""
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), default)


def _chart(attendance: OwnAttendance, year: int) -> Any:
    rows = [(mine.enrolment.run.course.title, mine.totals) for mine in attendance.classes]
    return attendance_chart("own", _("My attendance in %(year)d, class by class") % {"year": year}, rows)
