"""What the catalogue shows: courses with the state of their classes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.freshness import kept
from core.models import Picture
from core.privacy import public
from courses.enums import RunState
from courses.models import CoursePage, CourseRun
from people.models import Profession

STATES = (RunState.OPEN, RunState.FULL, RunState.COMING, RunState.RUNNING)
COVER_SIZES = ("fill-480x270-c50", "fill-960x540-c50")


def catalogue(at: datetime.datetime) -> QuerySet[CoursePage]:
    """Published courses, each with what the filters and the cards ask about its classes.

    `card_run` is the class that the card names: the next one to begin, else one that is under way.
    """
    own = CourseRun.objects.filter(course=OuterRef("pk"))
    upcoming = own.upcoming(at).order_by("starts_at")
    running = own.in_state(RunState.RUNNING, at).order_by("-starts_at")
    states: dict[str, Any] = {f"has_{state}": Exists(own.in_state(state, at)) for state in STATES}
    return (
        public(CoursePage.objects.live())
        .annotate(
            card_run=Coalesce(Subquery(upcoming.values("pk")[:1]), Subquery(running.values("pk")[:1])),
            next_starts=Subquery(upcoming.values("starts_at")[:1]),
            has_free=Exists(upcoming.with_free_seats()),
            **states,
        )
        .order_by("-has_open", F("next_starts").asc(nulls_last=True), "code")
    )


def with_covers(courses: QuerySet[CoursePage]) -> QuerySet[CoursePage]:
    """Bring the cover pictures in the sizes that a card needs."""
    return courses.prefetch_related(Prefetch("cover", Picture.objects.prefetch_renditions(*COVER_SIZES)))


def card_runs(courses: list[CoursePage]) -> dict[int, CourseRun]:
    """Return the class that each card names, by course."""
    runs = CourseRun.objects.select_related("course").in_bulk(
        [course.card_run for course in courses if course.card_run]
    )
    return {run.course_id: run for run in runs.values()}


def coming_months(at: datetime.datetime) -> list[datetime.date]:
    """First days of the months in which classes of the catalogue will begin."""
    starts = catalogue(at).filter(next_starts__isnull=False).values_list("next_starts", flat=True).order_by()
    return sorted({timezone.localdate(start).replace(day=1) for start in starts})


def all_professions() -> list[Profession]:
    return kept("professions", lambda: list(Profession.objects.all()))
