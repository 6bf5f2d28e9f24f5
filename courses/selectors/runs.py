"""The classes of one course, for its page and for those who may not read its lessons yet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.freshness import kept
from courses.enums import RunState
from courses.models import ClassSession, CoursePage, CourseRun

OVER = (RunState.ASSESSING, RunState.CONCLUDED, RunState.ARCHIVED, RunState.CANCELLED)


@dataclass
class CourseRuns:
    """Classes of a course in the order in which a reader needs them."""

    upcoming: list[CourseRun] = field(default_factory=list)
    running: list[CourseRun] = field(default_factory=list)
    past: list[CourseRun] = field(default_factory=list)

    @property
    def current(self) -> list[CourseRun]:
        return [*self.upcoming, *self.running]


def runs_of(course: CoursePage, at: datetime.datetime) -> CourseRuns:
    """Shown classes of the course. One query."""
    found = CourseRuns()
    runs = CourseRun.objects.shown().filter(course_id=course.pk).select_related("course", "supervisor")
    for run in runs.order_by("starts_at", "class_no"):
        state = run.state(at)
        if state in OVER:
            found.past.insert(0, run)
        elif state == RunState.RUNNING:
            found.running.append(run)
        else:
            found.upcoming.append(run)
    return found


def trainers_of(runs: Iterable[CourseRun]) -> list[int]:
    """Ids of those who teach in the classes. One query, kept until a session changes."""
    keys = sorted(run.pk for run in runs)
    through = ClassSession.trainers.through.objects.filter(classsession__run__in=keys)
    return kept(f"trainers:{keys}", lambda: list(through.values_list("user_id", flat=True).distinct()))


def sessions_of(run: CourseRun) -> list[ClassSession]:
    """The timetable of a class, cancelled sessions included, with the trainers."""
    sessions = list(run.sessions.prefetch_related("trainers"))
    for session in sessions:
        session.run = run
    return sessions
