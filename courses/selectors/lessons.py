"""The lessons of a course in the order of study."""

from __future__ import annotations

from dataclasses import dataclass

from wagtail.models import Page

from core.freshness import kept
from courses.models import CoursePage, LessonPage


@dataclass(frozen=True)
class Place:
    """Where a lesson stands in its course."""

    number: int
    total: int
    previous: LessonPage | None
    following: LessonPage | None
    lessons: list[LessonPage]


def lessons_of(course: CoursePage) -> list[LessonPage]:
    """Published lessons without their texts. A course that is only previewed has none yet."""
    if course.pk is None:
        return []
    lessons = LessonPage.objects.live().child_of(course).order_by("path").defer("body")
    return kept(f"lessons:{course.path}", lambda: list(lessons))


def place_of(lesson: LessonPage, course: CoursePage) -> Place:
    """Find the lesson among its siblings; a draft that is previewed counts where it will stand."""
    lessons = lessons_of(course)
    if lesson.pk not in [other.pk for other in lessons]:
        lessons = sorted([*lessons, lesson], key=lambda one: one.path)
    at = [other.pk for other in lessons].index(lesson.pk)
    previous = lessons[at - 1] if at else None
    following = lessons[at + 1] if at + 1 < len(lessons) else None
    return Place(at + 1, len(lessons), previous, following, lessons)


def path_to(page: Page) -> list[Page]:
    """The pages between the home page and this one, for the line that says where the reader is."""
    return kept(f"above:{page.path}", lambda: list(page.get_ancestors().filter(depth__gt=2).live()))
