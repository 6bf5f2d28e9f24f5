"""Hours taught: a trainer's own record of a year, on the screen and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.tables.writing import Field
from courses.backoffice.run_tables import xlsx
from courses.permissions import can_teach
from courses.selectors.hours_taught import CourseTaught, hours_taught, years_taught
from courses.views.attendance import chosen_year

# The headings are Chinese in every language: the file is an official paper.
FIELDS = (
    Field("序号", 6), Field("课程", 30), Field("班次", 18), Field("日期", 12), Field("时间", 14), Field("课次内容", 30),
    Field("共同授课", 20), Field("考勤", 10), Field("分钟", 8), Field("学时", 8),
)  # fmt: skip


@login_required
@require_safe
def hours_page(request: HttpRequest) -> HttpResponse:
    """What the person who asks has taught."""
    year, years, courses = _taught(request)
    context = {
        "year": year, "years": years, "courses": courses, **_sums(courses),
        "crumbs": [{"title": _("Teaching"), "url": reverse("courses:teach")}],
    }  # fmt: skip
    return render(request, "courses/hours.html", context)


@login_required
@require_safe
def hours_table(request: HttpRequest) -> HttpResponse:
    year, _years, courses = _taught(request)
    person: Any = request.user
    title = f"{year}年授课记录（{person.name}）"
    return xlsx(f"teaching-{year}", title, FIELDS, _rows(courses))


def _taught(request: HttpRequest) -> tuple[int, list[int], list[CourseTaught]]:
    if not can_teach(request.user):
        raise Http404
    at = timezone.now()
    years = years_taught(request.user, at)
    year = chosen_year(request, years, timezone.localtime(at).year)
    return year, years, hours_taught(request.user, year, at)


def _sums(courses: Sequence[CourseTaught]) -> dict[str, Any]:
    return {
        "sessions": sum(len(one.sessions) for one in courses),
        "minutes": sum(one.minutes for one in courses),
        "hours": sum((one.hours for one in courses), start=Decimal(0)),
    }


def _rows(courses: Sequence[CourseTaught]) -> Iterator[list[Any]]:
    lines = [(course, one) for course in courses for one in course.sessions]
    for number, (course, one) in enumerate(lines, start=1):
        state = "已关闭" if one.session.closed_at else "未关闭"
        begins, ends = timezone.localtime(one.session.starts_at), timezone.localtime(one.session.ends_at)
        yield [
            number, course.course.title, one.session.run.class_no, f"{begins:%Y-%m-%d}", f"{begins:%H:%M}–{ends:%H:%M}",
            one.session.topic, "、".join(one.others), state, one.minutes, one.hours,
        ]  # fmt: skip
    sums = _sums(courses)
    yield ["", "合计", f"{sums['sessions']}次", "", "", "", "", "", sums["minutes"], sums["hours"]]
