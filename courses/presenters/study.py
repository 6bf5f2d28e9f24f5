"""How far a person is: in one lesson, in one course, in all courses that he or she studies."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import Completion
from courses.models import CoursePage, LessonPage, LessonProgress
from courses.permissions import Barrier
from courses.presenters.lessons import LessonRow
from courses.selectors.progress import courses_in_study, progress_of
from courses.services import batches

SHOWN = 6  # courses on one page: the rest is found in the catalogue


@dataclass(frozen=True)
class CourseStudy:
    """One course: lesson `number` of `total` comes next; `done` of the `open` ones that may be read are studied."""

    number: int
    total: int
    done: int
    open: int
    following: LessonPage | None
    begun: bool
    course: CoursePage | None = None

    @property
    def is_done(self) -> bool:
        return self.following is None

    @property
    def label(self) -> str:
        """第3/8课, or that everything is done."""
        if self.is_done:
            return ngettext("%(count)d lesson studied", "All %(count)d lessons studied", self.done) % {
                "count": self.done
            }
        return _("Lesson %(number)d/%(total)d") % {"number": self.number, "total": self.total}

    @property
    def summary(self) -> str:
        """已学3课，共8课"""
        return _("%(done)d of %(open)d lessons studied") % {"done": self.done, "open": self.open}


def course_study(rows: Sequence[LessonRow], person: Any, course: CoursePage | None = None) -> CourseStudy | None:
    """Sum up the rows of a course for the person; None for visitors and if there is nothing to read."""
    open_rows = [row for row in rows if not row.barrier]
    if not open_rows or not person.is_authenticated:
        return None
    left = [row for row in open_rows if not row.is_completed]
    return CourseStudy(
        number=left[0].number if left else len(rows),
        total=len(rows),
        done=len(open_rows) - len(left),
        open=len(open_rows),
        following=left[0].lesson if left else None,
        begun=any(row.progress for row in rows),
        course=course,
    )


def studies_of(person: Any, taken: Iterable[int]) -> list[CourseStudy]:
    """The courses that the person takes or has begun, those with something left first."""
    begun = progress_of(person)
    studies = []
    for found in courses_in_study(person, taken, begun.values()):
        barriers = [Barrier.NONE if one.pk in found.readable else Barrier.ENROL for one in found.lessons]
        pairs = enumerate(zip(found.lessons, barriers, strict=True), start=1)
        rows = [LessonRow(number, one, barrier, begun.get(one.pk)) for number, (one, barrier) in pairs]
        studies.append(course_study(rows, person, found.course))
    return sorted((study for study in studies if study), key=lambda study: study.is_done)[:SHOWN]


@dataclass(frozen=True)
class LessonStudy:
    """What the page of a lesson says and its script needs. `now` is the server's clock in milliseconds."""

    lesson: LessonPage
    progress: LessonProgress | None
    ticket: str
    now: int
    outbox: str
    completed: frozenset[int]

    @property
    def is_completed(self) -> bool:
        return bool(self.progress and self.progress.is_completed)

    @property
    def said(self) -> str:
        return time_said(self.progress) if self.progress else ""

    @property
    def rule(self) -> str:
        """In plain words what has to be done."""
        if not self.lesson.can_be_confirmed:
            return _(
                "The lesson counts as studied once 90 per cent of its videos are watched. This is noted by itself."
            )
        if self.lesson.completion == Completion.CONFIRMED:
            return _("When you have studied the lesson, please press the button.")
        return _("The lesson counts as studied once you have read to the end. You may also press the button.")

    @property
    def clips(self) -> str:
        """{block: {"position", "played"}} in seconds, for the script."""
        known = self.progress.clips if self.progress else {}
        return json.dumps({key: {name: clip[name] for name in ("position", "played")} for key, clip in known.items()})


def lesson_study(
    lesson: LessonPage, progress: Mapping[int, LessonProgress], person: Any, at: datetime.datetime
) -> LessonStudy | None:
    """Present one lesson to the person; `progress` is that of the whole course. None for visitors."""
    if not person.is_authenticated:
        return None
    completed = frozenset(pk for pk, row in progress.items() if row.is_completed)
    ticket, now = batches.ticket(person, lesson, at), int(at.timestamp() * 1000)
    return LessonStudy(lesson, progress.get(lesson.pk), ticket, now, outbox_of(person), completed)


def outbox_of(person: Any) -> str:
    """A name for the person's unsent batches in the browser; it tells nothing about the person."""
    return salted_hmac("courses.study.outbox", str(person.pk)).hexdigest()[:16]


def time_said(progress: LessonProgress) -> str:
    count = progress.minutes
    return ngettext("%(count)d minute studied", "%(count)d minutes studied", count) % {"count": count}


def answer(progress: LessonProgress, at: datetime.datetime) -> dict[str, Any]:
    """What the script is told after a batch."""
    return {"now": int(at.timestamp() * 1000), "completed": progress.is_completed, "said": time_said(progress)}
