"""Offers of freed seats: who gets one, until when, and what follows if nobody answers."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.invariants import faults
from courses.errors import OfferEnded, TransitionRefused
from courses.models import CourseRun, Enrolment
from courses.services.enrolment import enrol, withdraw
from courses.services.holding import offer_until
from courses.services.offers import accept, expire_offers
from courses.services.runs import set_capacity
from people.models import Profession, User
from tests.factories import CourseRunFactory, EnrolmentFactory, ProfessionFactory, RunQuotaFactory, UserFactory

pytestmark = pytest.mark.django_db
CAPACITY_QUERIES = 20  # no more than 30, whoever is told
HOUR = datetime.timedelta(hours=1)


def states(*rows: Enrolment) -> list[str]:
    return [Enrolment.objects.get(pk=row.pk).status for row in rows]


@pytest.fixture
def run() -> CourseRun:
    return CourseRunFactory(full=True)


@pytest.fixture
def queue(run: CourseRun) -> list[Enrolment]:
    return [EnrolmentFactory(run=run, waitlisted=True) for _ in range(3)]


@pytest.fixture
def offered(run: CourseRun, queue: list[Enrolment]) -> Enrolment:
    held = run.enrolments.holding_seat().get()
    withdraw(enrolment=held, by=held.person)
    return Enrolment.objects.get(pk=queue[0].pk)


def test_a_freed_seat_is_offered_to_the_first_and_held(offered, run, queue):
    run.refresh_from_db()
    assert states(*queue) == ["offered", "waitlisted", "waitlisted"]
    assert (run.seats_taken, run.queue_length, offered.ticket) == (1, 2, None)
    assert offered.offer_expires_at == offer_until(run, offered.changed_at)
    assert list(faults()) == []


def test_accepting_twice_is_one_seat_and_one_event(offered):
    first = accept(enrolment=offered, by=offered.person)
    second = accept(enrolment=offered, by=offered.person)
    assert (first.status, second.status, second.offer_expires_at) == ("confirmed", "confirmed", None)
    assert offered.events.filter(to_status="confirmed").count() == 1


def test_turning_an_offer_down_offers_the_seat_to_the_next(offered, queue):
    withdraw(enrolment=offered, by=offered.person)
    assert states(*queue) == ["withdrawn", "offered", "waitlisted"]


def test_an_offer_that_nobody_answers_ends_and_goes_on(offered, queue, run):
    late = offered.offer_expires_at + HOUR
    assert (expire_offers(late), expire_offers(late)) == (1, 0)
    assert states(*queue) == ["declined", "offered", "waitlisted"]
    run.refresh_from_db()
    assert (run.seats_taken, run.queue_length) == (1, 1)
    assert offered.events.last().reason == "没有在规定时间内接受名额。"


def test_an_offer_cannot_be_accepted_after_its_time(offered):
    for _ in range(2):  # before and after the clock has ended it
        with pytest.raises(OfferEnded):
            accept(enrolment=offered, by=offered.person, at=offered.offer_expires_at)
        expire_offers(offered.offer_expires_at)
    assert states(offered) == ["declined"]


def test_who_waits_or_has_left_has_nothing_to_accept(queue):
    with pytest.raises(TransitionRefused):
        accept(enrolment=queue[1], by=queue[1].person)
    withdraw(enrolment=queue[1], by=queue[1].person)
    with pytest.raises(TransitionRefused):
        accept(enrolment=queue[1], by=queue[1].person)


def test_a_run_without_hours_gives_the_seat_at_once():
    run = CourseRunFactory(full=True, offer_hours=0)
    waiting = EnrolmentFactory(run=run, waitlisted=True)
    held = run.enrolments.holding_seat().get()
    withdraw(enrolment=held, by=held.person)
    assert states(waiting) == ["confirmed"]


def test_twenty_offers_take_no_more_queries_than_one(django_capture_on_commit_callbacks):
    counts = []
    for people in (1, 1, 20):
        run = CourseRunFactory(full=True)
        for _ in range(people):
            EnrolmentFactory(run=run, waitlisted=True)
        with CaptureQueriesContext(connection) as found:
            set_capacity(run=run, capacity=1 + people, by=User.objects.first())
        counts.append(len(found))
        assert run.enrolments.filter(status="offered").count() == people
    assert counts[1:] == [CAPACITY_QUERIES, CAPACITY_QUERIES]


def test_professions_that_go_first_wait_in_front():
    mediators: Profession = ProfessionFactory()
    run = CourseRunFactory(full=True)
    run.first_professions.add(mediators)
    others = [UserFactory(), UserFactory()]
    mediator = UserFactory(professions=[mediators])
    rows = [enrol(person=person, run=run, by=person) for person in (*others, mediator)]
    places = {row.person_id: row.place for row in Enrolment.objects.filter(run=run).waiting().with_place()}
    assert [places[row.person_id] for row in rows] == [2, 3, 1]
    assert list(faults()) == []


def test_a_kept_seat_goes_to_the_first_of_its_unit_in_the_queue():
    run = CourseRunFactory(full=True, capacity=1)
    stranger = EnrolmentFactory(run=run, waitlisted=True)
    colleague = EnrolmentFactory(run=run, waitlisted=True)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)
    quota = RunQuotaFactory(run=run, unit=colleague.unit, seats=1)
    set_capacity(run=run, capacity=2, by=User.objects.first())
    quota.refresh_from_db()
    run.refresh_from_db()
    assert states(stranger, colleague) == ["waitlisted", "offered"]
    assert (quota.taken, run.seats_taken, run.seats_held, run.queue_length) == (1, 2, 0, 1)
    assert list(faults()) == []


NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("at", "starts", "expected"),
    [
        (NOON, NOON + datetime.timedelta(days=14), NOON + 24 * HOUR),  # the run's own hours
        (NOON, NOON + datetime.timedelta(days=1), NOON + 6 * HOUR),  # a quarter of what is left
        (NOON, NOON + HOUR, NOON + HOUR / 2),  # the shortest
        (NOON, NOON + HOUR / 4, NOON + HOUR / 4),  # never later than the class
        (NOON + 10 * HOUR, NOON + datetime.timedelta(days=14), NOON + 45 * HOUR),  # 22:00 ends at 22:00: 9:00 after it
        (NOON, NOON + datetime.timedelta(hours=60), NOON + 15 * HOUR + 6 * HOUR),  # 3:00 at night becomes 9:00
    ],
)
def test_how_long_an_offer_is_held(at, starts, expected):
    run = CourseRun(offer_hours=24, starts_at=starts)
    assert offer_until(run, at) == expected
