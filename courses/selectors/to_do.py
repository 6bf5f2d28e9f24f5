"""What waits for the training office, for its first page: cut to a glance, counted in full."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from courses.enums import EnrolmentStatus, RunStatus
from courses.models import CourseRun, Enrolment, Nomination
from courses.selectors.nominations import to_decide, to_sign
from courses.selectors.office import unmarked_sessions

GLANCE = 5


@dataclass(frozen=True)
class Waiting:
    """So many rows, the first few of them."""

    rows: list[Any]
    count: int

    def __bool__(self) -> bool:
        return bool(self.count)


@dataclass(frozen=True)
class ToDo:
    """What waits, by kind."""

    requests: Waiting
    lists: Waiting
    offers: Waiting
    short_runs: Waiting
    bare_runs: Waiting
    unmarked: Waiting

    def __bool__(self) -> bool:
        return any(self.__dict__.values())


def to_do(
    *, enrolments: QuerySet[Enrolment], runs: QuerySet[CourseRun], nominations: QuerySet[Nomination],
    at: datetime.datetime,
) -> ToDo:  # fmt: skip
    """Say what waits among these rows. Twelve queries."""
    people = enrolments.select_related("person", "unit", "run__course")
    classes = runs.select_related("course")
    bare = classes.filter(status__in=(RunStatus.PLANNED, RunStatus.READY), starts_at__isnull=True)
    short = classes.filter(status=RunStatus.PUBLISHED, below_minimum_at__isnull=False, starts_at__gt=at)
    lists = to_decide(nominations).select_related("run__course", "unit")
    unmarked = unmarked_sessions(runs, at).select_related("run__course")
    return ToDo(
        requests=_first(people.filter(status=EnrolmentStatus.REQUESTED, nomination=None).order_by("created_at")),
        lists=_first(lists.order_by("submitted_at", "pk")),
        offers=_first(people.filter(offer_expires_at__lt=_midnight(at)).order_by("offer_expires_at", "pk")),
        short_runs=_first(short.order_by("starts_at", "pk")),
        bare_runs=_first(bare.order_by("class_no")),
        unmarked=_first(unmarked.order_by("-starts_at")),
    )


def lists_to_sign(nominations: QuerySet[Nomination], person: Any) -> Waiting:
    """Lists that the head of a unit may sign off. Two queries."""
    return _first(to_sign(nominations, person).select_related("run__course", "unit").order_by("changed_at", "pk"))


def _midnight(at: datetime.datetime) -> datetime.datetime:
    """The end of that day in Shanghai."""
    day = timezone.localtime(at).date() + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _first(rows: QuerySet[Any]) -> Waiting:
    return Waiting(rows=list(rows[:GLANCE]), count=rows.count())
