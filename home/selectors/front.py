"""What the first page reads. Every function takes the same number of queries however many rows there are."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet

from courses.enums import RunState, RunStatus
from courses.models import CoursePage, CourseRun, Enrolment
from courses.permissions import readable_pages


def open_runs(at: datetime.datetime, person: Any) -> QuerySet[CourseRun]:
    """Classes that take sign-ups now, of courses that the person may read; the one that closes first stands first."""
    courses = readable_pages(CoursePage.objects.live(), person)
    runs = CourseRun.objects.in_state(RunState.OPEN, at).shown().filter(course__in=courses.values("pk"))
    return runs.select_related("course").order_by("sign_up_closes_at", "starts_at", "pk")


def my_enrolments(person: Any, at: datetime.datetime) -> QuerySet[Enrolment]:
    """The person's standing enrolments in classes that are not over; the next class first."""
    mine = Enrolment.objects.active().with_place().filter(person=person)
    current = mine.filter(run__status=RunStatus.PUBLISHED, run__ends_at__gt=at)
    return current.select_related("run__course").order_by("run__starts_at", "pk")
