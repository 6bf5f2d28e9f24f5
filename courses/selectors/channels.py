"""What the landing page of a channel gathers."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.privacy import public
from courses.enums import RunState
from courses.models import ChannelPage, ClassSession, CoursePage, CourseRun
from courses.permissions import readable_pages
from courses.selectors.catalogue import catalogue
from courses.selectors.training import upcoming_sessions
from people.models import Profession


def courses_of(channel: ChannelPage, professions: list[Profession], at: datetime.datetime, person: Any) -> Any:
    """Courses of the channel and courses for its professions, as `catalogue` gives them."""
    through = CoursePage.professions.through.objects.filter(profession__in=professions)
    gathered = Q(pk__in=through.values("coursepage"))
    if channel.depth:
        gathered |= Q(path__startswith=channel.path)
    return readable_pages(catalogue(at).filter(gathered), person)


def open_runs_of(courses: QuerySet[CoursePage], at: datetime.datetime) -> QuerySet[CourseRun]:
    """Classes of the courses that take sign-ups now; the one that closes first stands first."""
    runs = CourseRun.objects.in_state(RunState.OPEN, at).shown().filter(course__in=courses.order_by().values("pk"))
    return runs.select_related("course").order_by("sign_up_closes_at", "starts_at", "pk")


def next_session_of(courses: QuerySet[CoursePage], person: Any, at: datetime.datetime) -> ClassSession | None:
    """The next session of the person in one of the courses."""
    return upcoming_sessions(person, at).filter(run__course__in=courses.order_by().values("pk")).first()


def channels(person: Any) -> QuerySet[ChannelPage]:
    """Published channels in the order of the tree."""
    return readable_pages(public(ChannelPage.objects.live()), person).order_by("path")  # type: ignore[no-any-return]
