"""Signing up: our service against the same statements through the bare ORM, 16 threads, one run filling up."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from benchmarks.report import Figure
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services.enrolment import enrol
from people.models import User
from tests.factories import CourseRunFactory

THREADS, PEOPLE, SEATS, ROUNDS = 16, 480, 100, 3


def measure() -> list[Figure]:
    """Alternate both ways, so that a slow minute of the machine hits both; take the best round of each."""
    ours, bare = [], []
    for number in range(ROUNDS):
        ours.append(_rate(_ours, f"ours{number}"))
        bare.append(_rate(_bare, f"bare{number}"))
    return [Figure("enrol(), 16 threads", max(ours), "same statements, bare ORM", max(bare), "tx/s", 0.4)]


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


@transaction.atomic
def _bare(person: User, run: CourseRun) -> None:
    now, free = timezone.now(), CourseRun.objects.filter(pk=run.pk, seats_taken__lt=F("capacity"), queue_length=0)
    status, ticket = "confirmed", None
    if not free.update(seats_taken=F("seats_taken") + 1):
        CourseRun.objects.filter(pk=run.pk).update(
            queue_length=F("queue_length") + 1, tickets_issued=F("tickets_issued") + 1
        )
        status, ticket = "waitlisted", CourseRun.objects.values_list("tickets_issued", flat=True).get(pk=run.pk)
    row = Enrolment.objects.create(person=person, run=run, status=status, ticket=ticket, created_at=now)
    EnrolmentEvent.objects.create(enrolment=row, to_status=status, at=now, by=person)
