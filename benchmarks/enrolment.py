"""Signing up: our service against the same statements through the bare ORM and, on PostgreSQL, in plain SQL.

16 threads, one run filling up. And how many queries it takes to judge a page of classes for one person.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.report import Figure
from core.db.turns import in_turn
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services.enrolment import enrol, verdicts
from people.models import User
from tests.factories import CourseRunFactory, RunQuotaFactory, UserFactory

THREADS, PEOPLE, SEATS, ROUNDS = 16, 480, 100, 3
PAGE, MOST_QUERIES = 20, 6


def measure() -> list[Figure]:
    """Alternate the ways, so that a slow minute of the machine hits all of them; take the best round of each."""
    ways = {"ours": _ours, "bare": _bare}
    if connection.vendor == "postgresql":
        ways["plain"] = _plain
    best = dict.fromkeys(ways, 0.0)
    for number in range(ROUNDS):
        for name, way in ways.items():
            best[name] = max(best[name], _rate(way, f"{name}{number}"))
    name = f"enrol(), {THREADS} threads"
    figures = [Figure(name, best["ours"], "same statements, bare ORM", best["bare"], "tx/s", 0.5)]
    if "plain" in best:
        figures.append(Figure(name, best["ours"], "same statements, plain SQL", best["plain"], "tx/s", 0.3))
    return [*figures, Figure("verdicts of 20 classes", _queries(), "at most", MOST_QUERIES, "", 1, is_cost=True)]


def _queries() -> int:
    """Queries for a page of classes with quotas, for somebody in a unit."""
    person, runs = UserFactory(), [CourseRunFactory() for _ in range(PAGE)]
    for run in runs:
        RunQuotaFactory(run=run, unit=person.unit)
    enrol(person=person, run=runs[0], by=person)
    with CaptureQueriesContext(connection) as found:
        verdicts(person=person, runs=runs)
    return len(found)


def _people(prefix: str) -> list[User]:
    return User.objects.bulk_create(
        User(username=f"{prefix}-{n}", name=f"学员{n}", pinyin=f"xueyuan{n}") for n in range(PEOPLE)
    )


def _rate(sign_up: Callable[[User, CourseRun], None], prefix: str) -> float:
    run, people = CourseRunFactory(capacity=SEATS), _people(prefix)
    barrier = threading.Barrier(THREADS + 1)

    def share(part: list[User]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait()
            for person in part:
                sign_up(person, run)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        work = [pool.submit(share, people[n::THREADS]) for n in range(THREADS)]
        barrier.wait()
        start = time.perf_counter()
        for part in work:
            part.result()
    took = time.perf_counter() - start
    run.refresh_from_db()
    assert (run.seats_taken, run.queue_length) == (SEATS, PEOPLE - SEATS)
    return PEOPLE / took


def _ours(person: User, run: CourseRun) -> None:
    enrol(person=person, run=run, by=person)


@in_turn
@transaction.atomic
def _bare(person: User, run: CourseRun) -> None:
    """The conditional update, the row and its event, with every column that `enrol` writes."""
    now, free = timezone.now(), CourseRun.objects.filter(pk=run.pk, seats_taken__lt=F("capacity"), queue_length=0)
    status, ticket = "confirmed", None
    if not free.update(seats_taken=F("seats_taken") + 1):
        CourseRun.objects.filter(pk=run.pk).update(
            queue_length=F("queue_length") + 1, tickets_issued=F("tickets_issued") + 1
        )
        status, ticket = "waitlisted", CourseRun.objects.values_list("tickets_issued", flat=True).get(pk=run.pk)
    row = Enrolment.objects.create(
        person=person, run=run, unit=None, status=status, ticket=ticket, rank=1, way="self", quota=None,
        from_reserve=False, nomination=None, follows=None, created_at=now, changed_at=now,
    )  # fmt: skip
    EnrolmentEvent.objects.create(
        enrolment=row, from_status="", to_status=status, at=now, by=person, reason="", key=None
    )


TAKE = """UPDATE courses_courserun SET seats_taken = seats_taken + 1
    WHERE id = %s AND seats_taken < capacity AND queue_length = 0"""
QUEUE = """UPDATE courses_courserun SET queue_length = queue_length + 1, tickets_issued = tickets_issued + 1
    WHERE id = %s RETURNING tickets_issued"""
ROW = """INSERT INTO courses_enrolment (run_id, person_id, status, ticket, rank, way, from_reserve, is_late, created_at,
    changed_at) VALUES (%s, %s, %s, %s, 1, 'self', false, false, %s, %s) RETURNING id"""
EVENT = """INSERT INTO courses_enrolmentevent (enrolment_id, from_status, to_status, at, recorded_at, by_id, reason)
    VALUES (%s, '', %s, %s, %s, %s, '')"""


def _plain(person: User, run: CourseRun) -> None:
    """The same on the driver's own cursor, without Django."""
    database, now = connections["default"].connection, timezone.now()
    with database.transaction(), database.cursor() as cursor:
        cursor.execute(TAKE, [run.pk])
        status, ticket = "confirmed", None
        if not cursor.rowcount:
            status, ticket = "waitlisted", cursor.execute(QUEUE, [run.pk]).fetchone()[0]
        row = cursor.execute(ROW, [run.pk, person.pk, status, ticket, now, now]).fetchone()[0]
        cursor.execute(EVENT, [row, status, now, now, person.pk])
