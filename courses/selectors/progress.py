"""Reads of study progress. Every function asks for that person's rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q

from courses.models import CoursePage, LessonPage, LessonProgress
from courses.permissions import readable_pages

STEP = LessonPage.steplen  # characters of one step in the path of a page


@dataclass
class CourseLessons:
    """A course with its lessons in order, and the ids of those that the person may read."""

    course: CoursePage
    lessons: list[LessonPage] = field(default_factory=list)
    readable: set[int] = field(default_factory=set)


def progress_in(lessons: Iterable[LessonPage], person: Any) -> dict[int, LessonProgress]:
    """Return the person's progress by lesson, with one query; without one for visitors and for no lessons."""
    keys = [lesson.pk for lesson in lessons if lesson.pk]
    if not keys or not person.is_authenticated:
        return {}
    rows = LessonProgress.objects.filter(person=person.pk, lesson__in=keys).defer("recent").order_by()
    return {row.lesson_id: row for row in rows}


def readable_lesson(pk: int, person: Any) -> LessonPage | None:
    """Return the published lesson if the person may read it."""
    return readable_pages(LessonPage.objects.live().filter(pk=pk), person).first()  # type: ignore[no-any-return]


def progress_of(person: Any) -> dict[int, LessonProgress]:
    """Return everything that the person has begun, the last studied first, with the lesson's path as `path`."""
    rows = LessonProgress.objects.filter(person=person.pk, lesson__live=True).defer("recent", "clips")
    return {row.lesson_id: row for row in rows.annotate(path=F("lesson__path"))}


def courses_in_study(person: Any, taken: Iterable[int], begun: Iterable[LessonProgress]) -> list[CourseLessons]:
    """Return the courses that the person takes or has begun and that have lessons, with three queries and more.

    Those begun last stand first, then those that are only taken.
    """
    paths = list(dict.fromkeys(row.path[:-STEP] for row in begun))  # type: ignore[attr-defined]  # see `progress_of`
    courses = list(CoursePage.objects.live().filter(Q(pk__in=list(taken)) | Q(path__in=paths)).defer("body"))
    if not courses:
        return []
    below = reduce(or_, (Q(path__startswith=course.path) for course in courses))
    lessons = LessonPage.objects.live().filter(below)
    readable = set(readable_pages(lessons, person).values_list("pk", flat=True))
    by_course: dict[str, list[LessonPage]] = defaultdict(list)
    for lesson in lessons.order_by("path").defer("body"):
        by_course[lesson.path[:-STEP]].append(lesson)
    courses.sort(key=lambda course: paths.index(course.path) if course.path in paths else len(paths))
    found = [CourseLessons(course, by_course[course.path], readable) for course in courses]
    return [one for one in found if one.lessons]
