"""Who may read a lesson, see a class, mark a session. Each rule stands once, as a predicate or as a set of rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q
from wagtail.models import ReferenceIndex
from wagtail.permissions import page_permission_policy

from courses.enums import LessonAccess
from courses.models import ClassSession, CoursePage, CourseRun, Enrolment, LessonPage
from people.permissions import readable

MANAGE = "courses.manage_enrolments"


class Barrier(StrEnum):
    """What keeps a reader from a lesson."""

    NONE = ""
    SIGN_IN = "sign_in"
    ENROL = "enrol"


def lesson_barrier(person: Any, lesson: LessonPage, *, is_insider: bool) -> Barrier:
    """Return what stands between the person and the text; `is_insider` is the answer of `is_course_insider`."""
    if lesson.access == LessonAccess.PUBLIC:
        return Barrier.NONE
    if not person.is_authenticated:
        return Barrier.SIGN_IN
    if lesson.access == LessonAccess.SIGNED_IN or is_insider:
        return Barrier.NONE
    return Barrier.ENROL


def is_course_insider(person: Any, course: CoursePage) -> bool:
    """True for those who may read every lesson: its participants, its teachers and the editors of the page."""
    if not person.is_authenticated:
        return False
    return _takes(person, course) or _teaches(person, course) or _edits(person, course)


def _takes(person: Any, course: CoursePage) -> bool:
    return Enrolment.objects.on_roster().filter(person=person, run__course_id=course.pk).exists()


def _teaches(person: Any, course: CoursePage) -> bool:
    return own_sessions(person).filter(run__course_id=course.pk).exists()


def _edits(person: Any, course: CoursePage) -> bool:
    may = course.permissions_for_user(person)
    return may.can_edit() or may.can_publish()


def readable_pages(pages: Any, person: Any) -> Any:
    """Narrow any set of pages to what the person may read: circles of readers and the access of lessons.

    The set may be of `Page` or of one type. It says nothing about `live`: add that yourself.
    """
    if person.is_superuser:
        return pages
    return readable(pages, person).exclude(pk__in=_closed_lessons(person).values("pk"))


def _closed_lessons(person: Any) -> Any:
    closed = LessonPage.objects.exclude(access=LessonAccess.PUBLIC)
    if not person.is_authenticated:
        return closed
    inside = Q()
    for path in _courses_inside(person):
        inside |= Q(path__startswith=path)
    closed = closed.filter(access=LessonAccess.ENROLLED).exclude(pk__in=_changed_by(person))
    return closed.exclude(inside) if inside else closed


def _courses_inside(person: Any) -> list[str]:
    """Paths of the courses that the person takes or teaches."""
    taken = Enrolment.objects.on_roster().filter(person=person).values("run__course")
    taught = own_sessions(person).values("run__course")
    courses = CoursePage.objects.filter(Q(pk__in=taken) | Q(pk__in=taught))
    return list(courses.values_list("path", flat=True))


def _changed_by(person: Any) -> Any:
    return page_permission_policy.instances_user_has_any_permission_for(person, ["change", "publish"]).values("pk")


def may_open_material(person: Any, material: Any) -> bool:
    """Whether the person may read a page that holds the material.

    A file that only lessons hold is as open as the most open of them; every other file is nobody's secret here, and
    Wagtail's own collection restrictions hold for it.
    """
    holders = ReferenceIndex.get_references_to(material).values_list("content_type__model", "object_id")
    lessons = [int(pk) for model, pk in holders if model == "lessonpage"]
    if not lessons or len(lessons) < len(holders):
        return True
    return any(_may_read(person, lesson) for lesson in LessonPage.objects.filter(pk__in=lessons))


def _may_read(person: Any, lesson: LessonPage) -> bool:
    if lesson.live and lesson_barrier(person, lesson, is_insider=False) == Barrier.NONE:
        return True
    return is_course_insider(person, lesson.course)


def own_sessions(person: Any) -> Any:
    """Sessions that the person teaches, or whose class the person supervises."""
    taught = ClassSession.trainers.through.objects.filter(classsession=OuterRef("pk"), user=person.pk)
    return ClassSession.objects.filter(Q(run__supervisor=person.pk) | Exists(taught))


def markable_sessions(person: Any) -> Any:
    """Sessions whose register the person may keep: the own ones, and every one for the training office."""
    if not person.is_authenticated:
        return ClassSession.objects.none()
    return ClassSession.objects.all() if person.has_perm(MANAGE) else own_sessions(person)


def can_mark_attendance(person: Any, session: ClassSession) -> bool:
    return markable_sessions(person).filter(pk=session.pk).exists()


def can_teach(person: Any) -> bool:
    """True if the page for trainers has something to say to the person."""
    return person.is_authenticated and (person.has_perm(MANAGE) or own_sessions(person).exists())


def visible_runs(person: Any) -> Any:
    """Classes that the person may look at: the shown ones, the own ones, and every one for the training office."""
    if not person.is_authenticated:
        return CourseRun.objects.shown()
    if person.has_perm(MANAGE):
        return CourseRun.objects.all()
    own = Enrolment.objects.active().filter(run=OuterRef("pk"), person=person.pk)
    taught = own_sessions(person).filter(run=OuterRef("pk"))
    shown = Q(pk__in=CourseRun.objects.shown().values("pk"))
    return CourseRun.objects.filter(shown | Exists(own) | Exists(taught) | Q(supervisor=person.pk))
