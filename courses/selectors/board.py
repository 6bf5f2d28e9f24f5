"""One class as the office fills it: seats, quotas, the queue, offers, clashes; with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from courses.enums import EnrolmentStatus, RunStatus
from courses.models import ClassSession, CourseRun, Enrolment, RunQuota
from people.models import User

LAST_SHOWN = 10


@dataclass(frozen=True)
class Seats:
    """Where the seats of a class are. `reserve` and `kept` count seats that nobody holds yet."""

    capacity: int
    taken: int
    kept: int
    reserve: int
    free: int
    waiting: int


@dataclass(frozen=True)
class Clash:
    """Somebody of the class who sits in, or teaches, another one at the same time."""

    person: User
    session: ClassSession
    teaches: bool


@dataclass(frozen=True)
class Board:
    """What the board shows. People are those of `enrolments`; places in the queue count everybody."""

    seats: Seats
    quotas: list[RunQuota]
    queue: list[Enrolment]
    offers: list[Enrolment]
    late: list[Enrolment]
    last: list[Enrolment]
    over: int
    clashes: list[Clash]


def board(run: CourseRun, enrolments: QuerySet[Enrolment], wanted: int | None = None) -> Board:
    """Read the board. `wanted` is the number of seats that the office thinks of: so many people are over. 9 queries."""
    people: Any = enrolments.filter(run=run).select_related("person", "unit")
    over = max(0, run.seats_taken - wanted) if wanted is not None else 0
    return Board(
        seats=count_seats(run),
        quotas=list(run.quotas.select_related("unit", "profession")),
        queue=list(people.waiting().with_place()),
        offers=list(people.filter(status=EnrolmentStatus.OFFERED).order_by("offer_expires_at", "pk")),
        late=list(people.filter(status=EnrolmentStatus.WITHDRAWN, is_late=True).order_by("-changed_at")),
        last=last_arrivals(run, people, max(over, LAST_SHOWN)) if wanted is not None else [],
        over=over,
        clashes=clashes_of(run, people.active()),
    )


def count_seats(run: CourseRun) -> Seats:
    """Count where the seats are. One query."""
    from_reserve = Enrolment.objects.filter(run=run, from_reserve=True).holding_seat().count()
    reserve = max(0, run.reserve - from_reserve)
    kept = max(0, run.seats_held - reserve)
    return Seats(run.capacity, run.seats_taken, kept, reserve, run.open_seats, run.queue_length)


def last_arrivals(run: CourseRun, people: Any, count: int) -> list[Enrolment]:
    """Those who hold a seat and came last, the latest first; `rank_from_last` is each one's place among everybody."""
    everybody = list(
        Enrolment.objects.filter(run=run).holding_seat().order_by("-created_at", "-pk").values_list("pk", flat=True)
    )[:count]
    places = {pk: number for number, pk in enumerate(everybody, start=1)}
    found = list(people.filter(pk__in=everybody))
    for row in found:
        row.rank_from_last = places[row.pk]
    return sorted(found, key=lambda row: places[row.pk])


def clashes_of(run: CourseRun, people: Any) -> list[Clash]:
    """Who of these people sits in or teaches another published class while this one meets. Three queries."""
    mine = ClassSession.objects.held().filter(
        run=run, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    others = ClassSession.objects.held().filter(Exists(mine), run__status=RunStatus.PUBLISHED).exclude(run=run)
    sessions = {session.pk: session for session in others.select_related("run__course").order_by("starts_at", "pk")}
    if not sessions:
        return []
    names = {row.person_id: row.person for row in people}
    found = [Clash(names[pk], sessions[session], False) for pk, session in _seated(sessions, names)]
    found += [Clash(names[pk], sessions[session], True) for pk, session in _teaching(sessions, names)]
    return sorted(found, key=lambda clash: (clash.session.starts_at, clash.person.pinyin, clash.person.pk))


def _seated(sessions: dict[int, ClassSession], people: dict[int, User]) -> list[tuple[int, int]]:
    by_run: dict[int, list[int]] = defaultdict(list)
    for session in sessions.values():
        by_run[session.run_id].append(session.pk)
    rows = Enrolment.objects.active().filter(run__in=by_run, person__in=people).values_list("person_id", "run_id")
    return [(person, session) for person, run in rows for session in by_run[run]]


def _teaching(sessions: dict[int, ClassSession], people: dict[int, User]) -> list[tuple[int, int]]:
    links = ClassSession.trainers.through.objects.filter(classsession__in=sessions, user__in=people)
    return list(links.values_list("user_id", "classsession_id"))
