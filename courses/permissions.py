"""Who may read a lesson, see a class, mark a session. Each rule stands once, as a predicate or as a set of rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, Model, OuterRef, Q, Value
from django.db.models.functions import Cast
from wagtail.models import Page
from wagtail.permissions import page_permission_policy, policy_registry

from core.models import FileAccess, Material, Picture
from core.privacy import closed_collections, closed_pages
from core.references import references_from_pages
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
    taken, taught = _courses_of(person)
    return course.pk in taken | taught or _edits(person, course)


def _courses_of(person: Any) -> tuple[set[int], set[int]]:
    """Keys of the courses that the person takes and teaches. Asked once for each user object: one query."""
    if not hasattr(person, "courses_taken_and_taught"):
        taken = Enrolment.objects.on_roster().filter(person=person).order_by()
        taught = own_sessions(person).order_by()
        rows = (
            taken.annotate(teaches=Value(False), course=F("run__course"))
            .values_list("teaches", "course")
            .union(taught.annotate(teaches=Value(True), course=F("run__course")).values_list("teaches", "course"))
        )
        found: tuple[set[int], set[int]] = (set(), set())
        for teaches, course in rows:
            found[bool(teaches)].add(course)
        person.courses_taken_and_taught = found
    return person.courses_taken_and_taught  # type: ignore[no-any-return]  # set above


def _edits(person: Any, course: CoursePage) -> bool:
    if not person.has_perm("wagtailadmin.access_admin"):
        return False
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
    """Paths of the courses that the person takes or teaches. Asked once for each user object: two queries."""
    if not hasattr(person, "course_paths_inside"):
        taken, taught = _courses_of(person)
        courses = CoursePage.objects.filter(pk__in=taken | taught)
        person.course_paths_inside = list(courses.values_list("path", flat=True))
    return person.course_paths_inside  # type: ignore[no-any-return]  # set above


def _changed_by(person: Any) -> Any:
    return page_permission_policy.instances_user_has_any_permission_for(person, ["change", "publish"]).values("pk")


# Files: as open as the pages that use them


def may_open_material(person: Any, material: Material) -> bool:
    """True if the file is open to the person; see `readable_materials`."""
    return readable_materials(person).filter(pk=material.pk).exists()  # type: ignore[no-any-return]


def readable_materials(person: Any) -> Any:
    """Files that the person may open.

    Each file says whether it is for everybody, for everybody who is signed in, or for the readers of the published
    pages that use it; whoever may change the file may open it too. The privacy that Wagtail keeps for a collection
    narrows all of that.
    """
    files = Material.objects.all()
    if person.is_superuser:
        return files
    held = Q(access=FileAccess.BY_PAGES, pk__in=_held_by_readable_pages(Material, person))
    opened = Q(access=FileAccess.PUBLIC) | held
    if person.is_authenticated:
        opened |= Q(access=FileAccess.SIGNED_IN) | Q(pk__in=_files_of(Material, person, ["add", "change"]))
    return files.filter(opened).exclude(closed_collections(person))


def readable_pictures(person: Any) -> Any:
    """Pictures that the person may see: those of the published pages that he may read, and those he may work with."""
    pictures = Picture.objects.all()
    if person.is_superuser:
        return pictures
    seen = Q(pk__in=_held_by_readable_pages(Picture, person))
    if person.is_authenticated:
        seen |= Q(pk__in=_files_of(Picture, person, ["add", "change", "choose"]))
    return pictures.filter(seen)


def _held_by_readable_pages(model: type[Model], person: Any) -> Any:
    live = Page.objects.live().exclude(closed_pages(person))
    keys = readable_pages(live, person).annotate(key=Cast("pk", CharField())).values("key")
    held = references_from_pages(model).filter(object_id__in=keys)
    return held.annotate(file=Cast("to_object_id", BigIntegerField())).values("file")


def _files_of(model: type[Model], person: Any, actions: list[str]) -> Any:
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(person, actions).values("pk")


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
    return person.is_authenticated and (person.has_perm(MANAGE) or bool(_courses_of(person)[1]))


def visible_runs(person: Any) -> Any:
    """Classes that the person may look at: shown ones of courses that the person may read, and the own ones.

    The training office looks at every class.
    """
    if person.has_perm(MANAGE):
        return CourseRun.objects.all()
    open_courses = readable(CoursePage.objects.all(), person).values("pk")
    if not person.is_authenticated:
        return CourseRun.objects.shown().filter(course__in=open_courses)
    own = Enrolment.objects.active().filter(run=OuterRef("pk"), person=person.pk)
    taught = own_sessions(person).filter(run=OuterRef("pk"))
    shown = Q(pk__in=CourseRun.objects.shown().filter(course__in=open_courses).values("pk"))
    return CourseRun.objects.filter(shown | Exists(own) | Exists(taught) | Q(supervisor=person.pk))
