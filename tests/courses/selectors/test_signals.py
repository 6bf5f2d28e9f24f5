"""Weak signals: each of them, and that honest people have none."""

import datetime

import pytest
from django.utils import translation

from courses.enums import OWN, CheckInPhase
from courses.models import AttendanceEvent, AttendanceRecord, RollCall
from courses.presenters.signals import reasons
from courses.selectors.signals import Kind, last_draw, roll_calls, signals_of
from courses.selectors.teaching import register
from courses.services import codes, roll_call
from courses.services.attendance import check_in, mark
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
IN, OUT = CheckInPhase.ARRIVE, CheckInPhase.LEAVE
START = datetime.datetime(2026, 11, 28, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture
def run():
    return CourseRunFactory(now=START, running=True, starts_at=START)


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def enrolment(run):
    return EnrolmentFactory(run=run)


def go(session, enrolment, at=START, device="own", scanned_by="", scanned=None, phase=IN, **more):
    scan = codes.Scan(session.pk, phase, scanned or at)
    code = codes.make_pass(scan, scanned_by or device)
    return check_in(session=session, person=enrolment.person, code=code, at=at, device=device, **more)


def signals(session, at=START):
    session = type(session).objects.select_related("run").get(pk=session.pk)
    own = {}
    for event in AttendanceEvent.objects.filter(session=session, source__in=OWN).order_by("recorded_at", "pk"):
        own.setdefault(event.enrolment_id, []).append(event)
    return signals_of(register(session), own, roll_calls(session), at)


def kinds(session, at=START):
    return {pk: [signal.kind for signal in found] for pk, found in signals(session, at).items()}


def test_honest_people_have_none(run, session, enrolment):
    go(session, enrolment)
    go(session, EnrolmentFactory(run=run), device="another", scanned=START - 4 * MINUTE)
    assert kinds(session) == {}


def test_two_people_on_one_phone_are_named_to_each_other(run, session, enrolment):
    other = EnrolmentFactory(run=run)
    for one in (enrolment, other):
        go(session, one)
    assert kinds(session) == {enrolment.pk: [Kind.SAME_PHONE], other.pk: [Kind.SAME_PHONE]}
    with translation.override("en"):
        assert reasons(signals(session))[enrolment.pk] == [f"Same phone as {other.person}"]


def test_a_pass_from_another_phone_and_a_slow_one(session, enrolment):
    go(session, enrolment, at=START, scanned=START - 6 * MINUTE, scanned_by="friend")
    assert kinds(session) == {enrolment.pk: [Kind.SLOW, Kind.OTHER_PHONE]}


@pytest.mark.parametrize(("tries", "expected"), [(2, []), (3, [Kind.GUESSED])])
def test_many_wrong_codes(session, enrolment, tries, expected):
    code = codes.digits(session.pk, IN, START)
    check_in(session=session, person=enrolment.person, code=code, at=START, device="own", tries=tries)
    assert kinds(session).get(enrolment.pk, []) == expected


def test_checked_in_and_marked_absent(session, enrolment):
    go(session, enrolment)
    absent = {"enrolment": enrolment, "status": "absent"}
    mark(session=session, marks=[absent], by=UserFactory(), at=START + MINUTE)
    assert kinds(session) == {enrolment.pk: [Kind.MARKED_AWAY]}


def test_missing_check_out_shows_when_its_time_is_over(run, session, enrolment):
    type(run).objects.filter(pk=run.pk).update(check_out=True)
    other = EnrolmentFactory(run=run)
    go(session, enrolment)
    go(session, other, device="another")
    go(session, other, at=session.ends_at, device="another", phase=OUT)
    assert kinds(session, session.ends_at + 29 * MINUTE) == {}
    assert kinds(session, session.ends_at + 30 * MINUTE) == {enrolment.pk: [Kind.NO_CHECK_OUT]}


def test_the_last_answer_at_the_roll_call_counts(session, enrolment):
    go(session, enrolment)
    trainer = UserFactory()
    (call,) = roll_call.draw(session=session, by=trainer, at=START)
    assert kinds(session) == {}
    roll_call.answer(call=call, here=False, by=trainer)
    assert kinds(session) == {enrolment.pk: [Kind.NOT_SEEN]}
    (again,) = roll_call.draw(session=session, by=trainer, at=START + MINUTE)
    assert last_draw(roll_calls(session)) == [again]
    roll_call.answer(call=again, here=True, by=trainer)
    assert (kinds(session), RollCall.objects.count()) == ({}, 2)
    assert AttendanceRecord.objects.get().status == "present"
