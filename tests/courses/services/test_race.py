"""The race for the last seats: real threads, the real database, and the control that shows the lock matters."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from core.db import turns
from courses.enums import EnrolmentStatus
from courses.errors import CapacityBelowSeatsTaken
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services import seats
from courses.services.enrolment import enrol, withdraw
from courses.services.runs import set_capacity
from courses.services.seats import Place
from people.models import User
from tests.factories import CourseRunFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE, SEATS, THREADS = 500, 100, 16


def together(work: Callable[[User], object], people: list[User], threads: int = THREADS) -> list[Exception]:
    """Run the work for everybody from threads released by one barrier; return what was raised."""
    barrier = threading.Barrier(threads)
    errors: list[Exception] = []

    def share(part: list[User]) -> None:
        try:
            barrier.wait()
            for person in part:
                try:
                    work(person)
                except Exception as error:  # noqa: BLE001 - whatever went wrong is the result
                    errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(share, [people[n::threads] for n in range(threads)]))
    return errors


def make_people(count: int) -> list[User]:
    return User.objects.bulk_create(
        User(username=f"racer{n}", name=f"学员{n}", pinyin=f"xueyuan{n}") for n in range(count)
    )


def sharing_out(run: CourseRun) -> tuple[int, int, list[int], tuple[int, int]]:
    """Return (confirmed, waiting, places in order of ticket, the run's counters)."""
    rows = Enrolment.objects.filter(run=run)
    places = [row.place for row in rows.waiting().with_place()]
    run.refresh_from_db()
    return rows.holding_seat().count(), len(places), places, (run.seats_taken, run.queue_length)


FAIR = (SEATS, PEOPLE - SEATS, list(range(1, PEOPLE - SEATS + 1)), (SEATS, PEOPLE - SEATS))


def test_five_hundred_people_for_a_hundred_seats():
    run, people = CourseRunFactory(capacity=SEATS), make_people(PEOPLE)
    errors = together(lambda person: enrol(person=person, run=run, by=person), people, threads=PEOPLE)
    assert errors == []
    assert sharing_out(run) == FAIR
    assert EnrolmentEvent.objects.count() == PEOPLE
    tickets = list(Enrolment.objects.filter(run=run).waiting().values_list("ticket", flat=True))
    assert tickets == list(range(1, PEOPLE - SEATS + 1))


def unlocked_take(run: CourseRun, **_kept: object) -> Place:
    """What a careless programmer would write: count, decide, store. Classes without quotas only."""
    stored = CourseRun.objects.get(pk=run.pk)
    if Enrolment.objects.filter(run=run).holding_seat().count() < stored.capacity:
        CourseRun.objects.filter(pk=run.pk).update(seats_taken=F("seats_taken") + 1)
        return Place(EnrolmentStatus.CONFIRMED)
    waiting = stored.queue_length + 1
    CourseRun.objects.filter(pk=run.pk).update(queue_length=waiting, tickets_issued=waiting)
    return Place(EnrolmentStatus.WAITLISTED, waiting)


def unlocked(run: CourseRun) -> CourseRun:
    return CourseRun.objects.get(pk=run.pk)


def plain_begin(wrapper: BaseDatabaseWrapper) -> None:
    """Django's own default on SQLite: the write lock is taken only by the first write."""
    wrapper.cursor().execute("BEGIN")


def test_without_the_lock_the_same_race_goes_wrong(monkeypatch):
    """The negative control: the race above proves something only if this one fails."""
    monkeypatch.setattr(seats, "lock", unlocked)
    monkeypatch.setattr(seats, "take", unlocked_take)
    if connection.vendor == "sqlite":  # there the lock is IMMEDIATE, so the control has to go without it
        monkeypatch.setattr(type(connections["default"]), "_start_transaction_under_autocommit", plain_begin)
        monkeypatch.setattr(turns, "_turn", nullcontext())
    run, people = CourseRunFactory(capacity=SEATS), make_people(PEOPLE)
    errors = together(lambda person: enrol(person=person, run=run, by=person), people)
    assert (errors, sharing_out(run)) != ([], FAIR)


def test_fifty_clicks_of_one_person_are_one_enrolment():
    run, (person,) = CourseRunFactory(capacity=5), make_people(1)
    errors = together(lambda who: enrol(person=who, run=run, by=who, key="one-form"), [person] * 50)
    assert errors == []
    assert (Enrolment.objects.count(), EnrolmentEvent.objects.count()) == (1, 1)


def test_one_person_cannot_take_two_clashing_classes_at_once():
    people = make_people(8)
    first = CourseRunFactory(capacity=50)
    second = CourseRunFactory(capacity=50, starts_at=first.starts_at)

    def both(person: User) -> None:
        run = first if threading.get_ident() % 2 else second
        enrol(person=person, run=run, by=person)

    together(both, people * 8)
    per_person = [Enrolment.objects.active().filter(person=person).count() for person in people]
    assert per_person == [1] * len(people)


def test_leaving_and_joining_at_once_leaves_no_free_seat_beside_a_queue():
    run, people = CourseRunFactory(capacity=10), make_people(64)
    for person in people[:32]:
        enrol(person=person, run=run, by=person)

    def come_or_go(person: User) -> None:
        mine = Enrolment.objects.active().filter(run=run, person=person).first()
        if mine:
            withdraw(enrolment=mine, by=person)
        else:
            enrol(person=person, run=run, by=person)

    assert together(come_or_go, people) == []
    confirmed, waiting, places, kept = sharing_out(run)
    assert (confirmed, places, kept) == (10, list(range(1, waiting + 1)), (confirmed, waiting))
    assert confirmed + waiting == 32


def test_a_seat_that_becomes_free_while_one_waits_for_the_lock_is_taken():
    run, (leaver, comer) = CourseRunFactory(capacity=1, waitlist_enabled=True), make_people(2)
    held = enrol(person=leaver, run=run, by=leaver)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            withdraw(enrolment=held, by=leaver)
            coming = pool.submit(together, lambda person: enrol(person=person, run=run, by=person), [comer], 1)
            time.sleep(0.5)  # long enough to stand before the lock
        assert coming.result() == []
    assert sharing_out(run) == (1, 0, [], (1, 0))


def test_a_capacity_cut_against_sign_ups_never_evicts():
    run, people = CourseRunFactory(capacity=20, waitlist_enabled=True), make_people(32)
    boss = User.objects.create(username="boss", name="政工")

    def sign_up_or_cut(person: User) -> None:
        if person.pk % 8 == 0:
            set_capacity(run=run, capacity=15, by=boss)
        else:
            enrol(person=person, run=run, by=person)

    errors = together(sign_up_or_cut, people)
    assert [error for error in errors if not isinstance(error, CapacityBelowSeatsTaken)] == []
    confirmed, _, places, kept = sharing_out(run)
    assert confirmed == kept[0] == run.capacity
    assert places == list(range(1, len(places) + 1))
