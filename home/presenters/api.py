"""Rows in the shapes of the read API."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from courses.models import CoursePage, CourseRun, LessonPage
from courses.presenters.teachers import SessionLine
from home.presenters.search import Result
from people.models import Profession

Facts = dict[str, Any]


def course_facts(
    request: HttpRequest,
    course: CoursePage,
    professions: Iterable[Profession],
    run: CourseRun | None,
    at: datetime.datetime,
) -> Facts:
    return {
        **_name(request, course),
        "summary": course.summary,
        "category": _labelled(course.category, course.get_category_display()),
        "requirement": _labelled(course.requirement, course.get_requirement_display()),
        "mode": _labelled(course.mode, course.get_mode_display()),
        "hours": float(course.hours),
        "has_exam": course.has_exam,
        "audience": course.audience,
        "professions": [_labelled(one.code, one) for one in professions],
        "published_at": _local(course.last_published_at),
        "next_run": run_facts(request, run, at) if run else None,
    }


def lesson_facts(request: HttpRequest, lesson: LessonPage) -> Facts:
    return {"title": lesson.title, "minutes": lesson.minutes, "url": page_address(request, lesson)}


def run_facts(request: HttpRequest, run: CourseRun, at: datetime.datetime) -> Facts:
    state = run.state(at)
    moments = ("starts_at", "ends_at", "sign_up_opens_at", "sign_up_closes_at")
    return {
        "id": run.pk,
        "class_no": run.class_no,
        "intake": run.intake,
        "course": _name(request, run.course),
        "state": _labelled(state.value, state.label),
        **{name: _local(getattr(run, name)) for name in moments},
        "capacity": run.capacity,
        "free_seats": run.free_seats,
        "venue": run.venue,
        "url": request.build_absolute_uri(reverse("courses:run", args=[run.pk])),
        "calendar_url": request.build_absolute_uri(reverse("courses:run_calendar", args=[run.pk])),
    }


def session_facts(line: SessionLine) -> Facts:
    session = line.session
    return {
        "starts_at": _local(session.starts_at),
        "ends_at": _local(session.ends_at),
        "topic": session.topic,
        "venue": session.place,
        "is_cancelled": session.is_cancelled,
        "trainers": [trainer.name for trainer in line.trainers],
    }


def found_facts(request: HttpRequest, result: Result) -> Facts:
    return {
        "title": _plain(result.title),
        "kind": _labelled(result.kind.value, result.kind.label),
        "text": _plain(result.text),
        "trail": result.trail,
        "date": result.day,
        "url": request.build_absolute_uri(result.url),
    }


def page_address(request: HttpRequest, page: Any) -> str:
    return request.build_absolute_uri(page.get_url(request) or "/")


def _name(request: HttpRequest, course: CoursePage) -> Facts:
    return {"id": course.pk, "code": course.code, "title": course.title, "url": page_address(request, course)}


def _labelled(value: str, label: Any) -> Facts:
    return {"value": value, "label": str(label)}


def _local(moment: datetime.datetime | None) -> datetime.datetime | None:
    return timezone.localtime(moment) if moment else None


def _plain(marked: str) -> str:
    """Take the marks of the search off; what is left is text, not HTML."""
    return html.unescape(strip_tags(marked))
