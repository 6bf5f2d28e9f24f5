"""Rows for the read API: exactly what a visitor may see, whoever asks."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from courses.models import CoursePage, CourseRun, LessonPage
from courses.permissions import readable_pages, visible_runs
from courses.selectors.catalogue import catalogue
from people.models import Profession

VISITOR = AnonymousUser()


def open_courses(at: datetime.datetime) -> QuerySet[CoursePage]:
    """Courses of the catalogue, with what it knows of their classes."""
    return readable_pages(catalogue(at), VISITOR)  # type: ignore[no-any-return]


def open_runs(at: datetime.datetime, states: Iterable[str] = (), course: int | None = None) -> QuerySet[CourseRun]:
    """Announced classes, the next one first; in one of the states, of one course, if these are given."""
    courses = readable_pages(CoursePage.objects.live().public(), VISITOR)
    runs = visible_runs(VISITOR).filter(course__in=courses.order_by().values("pk")).select_related("course")
    if course is not None:
        runs = runs.filter(course=course)
    wanted = list(states)
    if wanted:
        found = reduce(or_, (CourseRun.objects.in_state(state, at) for state in wanted))
        runs = runs.filter(pk__in=found.order_by().values("pk"))
    return runs.order_by("-starts_at", "class_no")  # type: ignore[no-any-return]


def open_lessons(course: CoursePage) -> list[LessonPage]:
    """Lessons of the course that everybody may read, in the order of study."""
    lessons = LessonPage.objects.live().public().child_of(course).defer("body")
    return list(readable_pages(lessons, VISITOR).order_by("path"))


def professions_of(courses: Iterable[CoursePage]) -> dict[int, list[Profession]]:
    """Return the professions that each course is for. One query."""
    found: dict[int, list[Profession]] = defaultdict(list)
    links = CoursePage.professions.through.objects.filter(coursepage__in=[one.pk for one in courses])
    for link in links.select_related("profession").order_by("profession__pk"):
        found[link.coursepage_id].append(link.profession)
    return found
