"""Checking in and out by oneself: what is recorded, what is refused, what is done twice. Clocks are handed in."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.invariants import faults
from courses.enums import AttendanceSource, CheckInPhase
from courses.errors import (
    CheckInClosed,
    CodeTooOld,
    CodeUnknown,
    CodeUsed,
    CodeWrong,
    NotInClass,
    RegisterClosed,
    RunNotEditable,
    SessionCancelled,
)
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules
from courses.services import codes
from courses.services.attendance import check_in, mark
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE, SECOND = datetime.timedelta(minutes=1), datetime.timedelta(seconds=1)
IN, OUT = CheckInPhase.ARRIVE, CheckInPhase.LEAVE
START = datetime.datetime(2026, 11, 28, 1, 0, tzinfo=datetime.UTC)  # 09:00 in Shanghai
QUERIES = 6


@pytest.fixture
def run():
    return CourseRunFactory(now=START, running=True, starts_at=START)


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def person(run):
    return EnrolmentFactory(run=run).person


def scan(session, at, phase=IN):
    return codes.token(session.pk, phase, at)


def ticket(session, at, phase=IN, device="phone"):
    return codes.make_pass(codes.read_token(scan(session, at, phase), at), device)


def go(session, person, at, phase=IN, **more):
    return check_in(session=session, person=person, code=scan(session, at, phase), at=at, **more)


def outcome(record):
    return record.status, record.minutes_late, record.minutes_earned


def events(session):
    fields = ("source", "status", "happened_at", "recorded_at")
    return list(AttendanceEvent.objects.filter(session=session).order_by("pk").values_list(*fields))


# What is recorded


def test_one_scan_is_an_arrival(session, person):
    at = START - 5 * MINUTE
    record = go(session, person, at, device="phone-a")
    assert (record.pk, outcome(record)) == (AttendanceRecord.objects.get().pk, ("present", 0, 120))
    event = AttendanceEvent.objects.get()
    assert (event.source, event.status, event.happened_at, event.by, event.device, event.basis) == (
        "self_qr", "present", at, person, "phone-a", [],
    )  # fmt: skip
    assert event.client_id.startswith("in-phone-a.")


def test_the_first_check_in_fixes_the_limit(session, person):
    go(session, person, START)
    session.refresh_from_db()
    assert session.absent_after_minutes == 15


@pytest.mark.parametrize(
    ("grace", "seconds", "expected"),
    [
        (0, 0, ("present", 0, 120)),
        (0, 1, ("late", 1, 119)),
        (0, 600, ("late", 10, 110)),
        (0, 901, ("late", 16, 0)),
        (5, 300, ("present", 0, 120)),
        (5, 301, ("late", 6, 114)),
    ],
)
def test_late_by_the_rule_of_the_bureau(session, person, grace, seconds, expected):
    AttendanceRules.objects.update_or_create(pk=AttendanceRules.load().pk, defaults={"late_after_minutes": grace})
    assert outcome(go(session, person, START + seconds * SECOND)) == expected


def test_a_slow_sign_in_counts_with_the_moment_of_the_scan(session, person):
    scanned = START - MINUTE
    record = check_in(session=session, person=person, code=ticket(session, scanned), at=scanned + 4 * MINUTE)
    assert outcome(record) == ("present", 0, 120)
    assert events(session) == [("self_qr", "present", scanned, scanned + 4 * MINUTE)]


def test_the_digits_do_as_well(session, person):
    code = codes.digits(session.pk, IN, START)
    record = check_in(session=session, person=person, code=code, at=START, tries=3)
    event = AttendanceEvent.objects.get()
    assert (outcome(record), event.source) == (("present", 0, 120), AttendanceSource.CODE)
    assert event.client_id.startswith("in-code3.")


# Twice


def test_the_same_person_twice_is_one_mark_with_the_earliest_time(session, person):
    go(session, person, START - MINUTE)
    again = go(session, person, START + 5 * MINUTE)
    assert (outcome(again), len(events(session))) == (("present", 0, 120), 1)


def test_two_ways_keep_both_marks_and_the_earliest_time(session, person):
    go(session, person, START - MINUTE)
    typed = codes.digits(session.pk, IN, START + 5 * MINUTE)
    again = check_in(session=session, person=person, code=typed, at=START + 5 * MINUTE)
    assert outcome(again) == ("present", 0, 120)
    assert [row[:3] for row in events(session)] == [
        ("self_qr", "present", START - MINUTE), ("code", "present", START - MINUTE),
    ]  # fmt: skip
    first, second = AttendanceEvent.objects.order_by("pk")
    assert second.basis == [first.client_id]


def test_a_slow_pass_brings_the_earlier_time_after_a_later_scan(session, person):
    slow = ticket(session, START - MINUTE)
    assert outcome(go(session, person, START + 2 * MINUTE)) == ("late", 2, 118)
    record = check_in(session=session, person=person, code=slow, at=START + 3 * MINUTE)
    assert outcome(record) == ("present", 0, 120)


def test_a_pass_used_again_changes_nothing_and_is_nobody_elses(run, session, person):
    text, at = ticket(session, START), START + SECOND
    for _time in range(2):
        assert outcome(check_in(session=session, person=person, code=text, at=at)) == ("present", 0, 120)
    with pytest.raises(CodeUsed):
        check_in(session=session, person=EnrolmentFactory(run=run).person, code=text, at=at)
    assert (AttendanceEvent.objects.count(), AttendanceRecord.objects.count()) == (1, 1)


def test_a_mark_of_the_trainer_names_no_basis_of_an_own_check_in(session, person):
    enrolment = person.enrolments.get()
    mark(
        session=session,
        marks=[{"enrolment": enrolment, "status": "absent", "client_id": "t"}],
        by=UserFactory(),
        at=START,
    )
    go(session, person, START + MINUTE)
    assert AttendanceEvent.objects.get(by=person).basis == []


# Refused, and nothing is stored


def refused(kind, session, person, **call):
    with pytest.raises(kind) as refusal:
        check_in(session=session, person=person, **call)
    assert (AttendanceEvent.objects.count(), AttendanceRecord.objects.count()) == (0, 0)
    return str(refusal.value)


def test_too_early_says_when_and_works_later(session, person):
    early = START - 16 * MINUTE
    message = refused(CheckInClosed, session, person, code=scan(session, early), at=early)
    assert "08:45" in message
    session.refresh_from_db()
    assert session.absent_after_minutes is None
    assert outcome(go(session, person, START - 15 * MINUTE)) == ("present", 0, 120)


def test_over_with_the_session(session, person):
    refused(CheckInClosed, session, person, code=scan(session, session.ends_at), at=session.ends_at)


def test_a_scan_before_the_end_counts_after_it(session, person):
    at = session.ends_at - MINUTE
    assert go(session, person, at).minutes_late == 119


def test_old_codes_and_passes(session, person):
    refused(CodeTooOld, session, person, code=scan(session, START), at=START + 20 * SECOND)
    refused(CodeTooOld, session, person, code=ticket(session, START), at=START + 16 * MINUTE)
    typed = codes.digits(session.pk, IN, START)
    refused(CodeWrong, session, person, code=typed, at=START + 2 * MINUTE)


def test_codes_of_another_session(session, person):
    other = CourseRunFactory(now=START, running=True, starts_at=START).sessions.get()
    refused(CodeUnknown, session, person, code=scan(other, START), at=START)
    refused(CodeUnknown, session, person, code=ticket(other, START), at=START)
    refused(CodeWrong, session, person, code=codes.digits(other.pk, IN, START), at=START)
    refused(CodeUnknown, session, person, code="nothing", at=START)


@pytest.mark.parametrize("state", ["withdrawn", "waitlisted", "requested", "offered"])
def test_who_is_not_on_the_roster(run, session, state):
    person = EnrolmentFactory(run=run, **{state: True}).person
    message = refused(NotInClass, session, person, code=scan(session, START), at=START)
    assert person.name in message


def test_a_closed_register(session, person):
    type(session).objects.filter(pk=session.pk).update(closed_at=START)
    refused(RegisterClosed, session, person, code=scan(session, START), at=START)


def test_a_cancelled_session_and_a_cancelled_class(session, person, run):
    type(session).objects.filter(pk=session.pk).update(cancelled_at=START)
    refused(SessionCancelled, session, person, code=scan(session, START), at=START)
    type(run).objects.filter(pk=run.pk).update(status="cancelled")
    refused(RunNotEditable, session, person, code=scan(session, START), at=START)


def test_a_class_without_phones(run, session, person):
    type(run).objects.filter(pk=run.pk).update(self_check_in=False)
    refused(CheckInClosed, session, person, code=scan(session, START), at=START)


# Checking out


@pytest.fixture
def both_ways(run):
    type(run).objects.filter(pk=run.pk).update(check_out=True)


@pytest.mark.parametrize(("minutes", "is_open"), [(-16, False), (-15, True), (0, True), (29, True), (30, False)])
def test_checking_out_around_the_end(both_ways, session, person, minutes, is_open):
    go(session, person, START)
    at = session.ends_at + minutes * MINUTE
    if not is_open:
        with pytest.raises(CheckInClosed):
            go(session, person, at, OUT)
        assert AttendanceEvent.objects.count() == 1
        return
    assert outcome(go(session, person, at, OUT)) == ("present", 0, 120)
    assert [event.is_check_out for event in AttendanceEvent.objects.order_by("pk")] == [False, True]


def test_full_hours_need_both_unless_the_trainer_says_so(both_ways, run, session, person):
    assert outcome(go(session, person, START)) == ("present", 0, 0)
    here = {"enrolment": person.enrolments.get(), "status": "present"}
    (record,) = mark(session=session, marks=[here], by=UserFactory(), at=START + MINUTE)
    assert outcome(record) == ("present", 0, 120)
    assert list(faults()) == []


def test_checking_out_changes_no_minutes(both_ways, session, person):
    go(session, person, START + 5 * MINUTE)
    for _time in range(2):
        assert outcome(go(session, person, session.ends_at, OUT)) == ("late", 5, 115)
    assert AttendanceEvent.objects.count() == 2


def test_checking_out_after_the_trainer_said_late(both_ways, session, person):
    late = {"enrolment": person.enrolments.get(), "status": "late", "happened_at": START + 7 * MINUTE}
    go(session, person, START)
    mark(session=session, marks=[late], by=UserFactory(), at=START + 8 * MINUTE)
    assert outcome(go(session, person, session.ends_at, OUT)) == ("late", 7, 113)


def test_no_checking_out_without_having_come(both_ways, session, person):
    at = session.ends_at
    refused(CheckInClosed, session, person, code=scan(session, at, OUT), at=at)


def test_no_checking_out_where_the_class_does_not_want_it(session, person):
    go(session, person, START)
    with pytest.raises(CheckInClosed):
        go(session, person, session.ends_at, OUT)


# Queries


def test_constant_queries(run, session, person):
    code = scan(session, START)
    AttendanceRules.load()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        check_in(session=session, person=person, code=code, at=START)
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == QUERIES + 1  # the first mark of a session fixes its limit
    other = EnrolmentFactory(run=run).person
    with CaptureQueriesContext(connection) as caught:
        check_in(session=session, person=other, code=code, at=START)
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == QUERIES, statements
