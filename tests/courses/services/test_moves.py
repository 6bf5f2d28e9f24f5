"""Moving to another class, a colleague in one's place, and people at the door."""

import datetime

import pytest
from django.utils import timezone

from core.invariants import faults
from courses.errors import ChangeRefused, EnrolmentRefused, ReasonRefused
from courses.models import ClassSession, CourseRun, Enrolment
from courses.services.attendance import mark
from courses.services.enrolment import enrol
from courses.services.moves import move, substitute, walk_in
from people.models import User
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return UserFactory(superuser=True)


def attended() -> Enrolment:
    """Somebody who was marked, in a class that has not begun."""
    row = EnrolmentFactory(run=CourseRunFactory(running=True))
    mark(
        session=row.run.sessions.get(),
        marks=[
            {"enrolment": row.pk, "status": "present", "happened_at": timezone.now(), "client_id": "one", "note": ""}
        ],
        by=row.person,
    )
    return row


def counters(run: CourseRun) -> tuple[int, int]:
    run.refresh_from_db()
    return run.seats_taken, run.queue_length


def test_a_move_keeps_both_rows_and_frees_the_old_seat(office):
    old = CourseRunFactory(full=True)
    new = CourseRunFactory(course=old.course, closed=True)
    waiting = EnrolmentFactory(run=old, waitlisted=True)
    held = old.enrolments.holding_seat().get()
    made = move(enrolment=held, to=new, by=office, reason="工作冲突")
    again = move(enrolment=held, to=new, by=office, reason="工作冲突")
    held.refresh_from_db()
    waiting.refresh_from_db()
    assert (held.status, made.status, made.way, made.follows, again) == ("withdrawn", "confirmed", "moved", held, made)
    assert (waiting.status, counters(old), counters(new)) == ("offered", (1, 0), (1, 0))
    assert held.events.last().reason == "工作冲突"
    assert list(faults()) == []


def test_a_move_into_a_full_class_waits_there(office):
    held = EnrolmentFactory()
    full = CourseRunFactory(course=held.run.course, full=True)
    made = move(enrolment=held, to=full, by=office, reason="工作冲突")
    assert (made.status, counters(held.run), counters(full)) == ("waitlisted", (0, 0), (1, 1))


def test_moves_that_are_refused_change_nothing(office):
    held = EnrolmentFactory()
    sister = CourseRunFactory(course=held.run.course)
    gone = EnrolmentFactory(withdrawn=True)
    cases = [
        (held, sister, held.person),
        (held, held.run, office),
        (held, CourseRunFactory(), office),
        (gone, CourseRunFactory(course=gone.run.course), office),
    ]
    for enrolment, to, by in cases:
        with pytest.raises(ChangeRefused):
            move(enrolment=enrolment, to=to, by=by, reason="工作冲突")
    with pytest.raises(ReasonRefused):
        move(enrolment=held, to=sister, by=office, reason=" ")
    held.refresh_from_db()
    assert (held.status, counters(held.run), counters(sister)) == ("confirmed", (1, 0), (0, 0))


def test_a_move_that_the_new_class_refuses_keeps_the_old_seat(office):
    held = EnrolmentFactory()
    other = CourseRunFactory(course=held.run.course, professions=[ProfessionFactory()])
    with pytest.raises(EnrolmentRefused) as refusal:
        move(enrolment=held, to=other, by=office, reason="工作冲突")
    held.refresh_from_db()
    assert (refusal.value.code, held.status) == ("wrong_profession", "confirmed")


def test_who_was_marked_is_not_moved(office):
    row = attended()
    to = CourseRunFactory(course=row.run.course)
    with pytest.raises(ChangeRefused):
        move(enrolment=row, to=to, by=office, reason="工作冲突")


def test_a_colleague_takes_the_seat_over_past_the_queue(office):
    run = CourseRunFactory(full=True, capacity=1, closed=True, nomination_only=True)
    EnrolmentFactory(run=run, waitlisted=True)
    held = run.enrolments.holding_seat().get()
    colleague = UserFactory(unit=held.unit)
    made = substitute(enrolment=held, person=colleague, by=office, reason="出差")
    again = substitute(enrolment=held, person=colleague, by=office, reason="出差")
    held.refresh_from_db()
    assert (held.status, made.status, made.way, made.follows, again) == (
        "withdrawn", "confirmed", "substitute", held, made
    )  # fmt: skip
    assert (counters(run), list(faults())) == ((1, 1), [])


def test_a_colleague_takes_over_the_seat_of_a_quota(office):
    run = CourseRunFactory(capacity=2)
    person = UserFactory()
    quota = RunQuotaFactory(run=run, unit=person.unit, seats=1)
    held = enrol(person=person, run=run, by=person)
    made = substitute(enrolment=held, person=UserFactory(unit=person.unit), by=office, reason="出差")
    quota.refresh_from_db()
    assert (made.quota, quota.taken, list(faults())) == (quota, 1, [])


def test_who_cannot_be_replaced_or_stand_in(office):
    held = EnrolmentFactory()
    colleague = UserFactory(unit=held.unit)
    begun = EnrolmentFactory(run=CourseRunFactory(running=True))
    cases = [
        (EnrolmentFactory(waitlisted=True, run=CourseRunFactory(full=True), unit=held.unit), colleague),
        (held, UserFactory()),
        (begun, UserFactory(unit=begun.unit)),
        (attended(), colleague),
    ]
    for enrolment, person in cases:
        with pytest.raises(ChangeRefused):
            substitute(enrolment=enrolment, person=person, by=office, reason="出差")
    inside = EnrolmentFactory(run=held.run, person=colleague)
    with pytest.raises(EnrolmentRefused) as refusal:
        substitute(enrolment=held, person=inside.person, by=office, reason="出差")
    assert refusal.value.code == "enrolled"


@pytest.fixture
def tonight() -> ClassSession:
    run = CourseRunFactory(running=True, capacity=1)
    return ClassSession.objects.get(run=run)


def test_a_walk_in_gets_a_free_seat(tonight, office):
    person = UserFactory()
    row = walk_in(session=tonight, person=person, by=office)
    assert (row.status, row.way, walk_in(session=tonight, person=person, by=office)) == ("confirmed", "walk_in", row)


def test_a_walk_in_needs_a_seat_the_day_and_whoever_keeps_the_register(tonight, office):
    EnrolmentFactory(run=tonight.run)
    with pytest.raises(ChangeRefused):
        walk_in(session=tonight, person=UserFactory(), by=office)
    later = ClassSession.objects.get(run=CourseRunFactory())
    with pytest.raises(ChangeRefused):
        walk_in(session=later, person=UserFactory(), by=office)
    with pytest.raises(ChangeRefused):
        walk_in(session=tonight, person=UserFactory(), by=UserFactory())
    assert Enrolment.objects.filter(way="walk_in").count() == 0


def test_a_trainer_adds_whoever_stands_at_the_door(tonight):
    trainer = UserFactory()
    tonight.trainers.add(trainer)
    at = timezone.now() + datetime.timedelta(minutes=1)
    assert walk_in(session=tonight, person=UserFactory(), by=trainer, at=at).status == "confirmed"
