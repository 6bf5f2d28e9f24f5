"""Totals over a period: what counts, what does not, where a day begins, and the same few queries for any number."""

import datetime

import pytest
from django.db.models import F
from django.utils import timezone

from courses.enums import RunStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from courses.selectors.attendance_totals import (
    Period,
    Totals,
    total_of,
    totals_by_enrolment,
    totals_by_person,
    totals_by_unit,
)
from courses.services.attendance import close_register, mark
from tests.factories import CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def at_noon(year, month, day, hour=12):
    return datetime.datetime(year, month, day, hour, tzinfo=timezone.get_default_timezone())


NOW = at_noon(2026, 6, 1)
YEAR = Period.of_year(2026)


@pytest.fixture
def trainer():
    return UserFactory()


def held(day=NOW - 10 * DAY, sessions=1, **kwargs):
    """A class that was held, two hours a session."""
    return CourseRunFactory(starts_at=day, sessions=sessions, now=day - 20 * DAY, **kwargs)


def sat(enrolment, trainer, status="present", *, session=None, close=True, minutes=0):
    """Mark one person in one session, late or early by so many minutes, and close the register."""
    session = session or enrolment.run.sessions.first()
    happened = session.ends_at - minutes * MINUTE if status == "left_early" else session.starts_at + minutes * MINUTE
    marks = [{"enrolment": enrolment, "status": status, "happened_at": happened}]
    mark(session=session, marks=marks, by=trainer, at=session.ends_at)
    if close:
        close_register(session=session, by=trainer, at=session.ends_at, rest="absent")


def of(enrolment, period=YEAR):
    return totals_by_person(period, NOW).get(enrolment.person_id, Totals())


@pytest.mark.parametrize(
    ("status", "minutes", "expected"),
    [
        ("present", 0, {"attended": 1, "minutes_earned": 120}),
        ("late", 10, {"attended": 1, "late": 1, "minutes_earned": 110}),
        ("late", 16, {"absent": 1, "minutes_absent": 120}),
        ("left_early", 5, {"attended": 1, "left_early": 1, "minutes_earned": 115}),
        ("left_early", 40, {"absent": 1, "minutes_absent": 120}),
        ("on_leave", 0, {"leave": 1, "minutes_leave": 120}),
        ("official_duty", 0, {"duty": 1, "minutes_duty": 120}),
        ("absent", 0, {"absent": 1, "minutes_absent": 120}),
        ("made_up", 0, {"made_up": 1, "minutes_made_up": 120}),
    ],
)
def test_each_state_counts_as_one_thing(trainer, status, minutes, expected):
    enrolment = EnrolmentFactory(run=held())
    sat(enrolment, trainer, status, minutes=minutes)
    assert of(enrolment) == Totals(sessions=1, minutes=120, **expected)


def test_late_and_early_on_one_evening_are_one_session(trainer):
    enrolment = EnrolmentFactory(run=held())
    sat(enrolment, trainer, "late", minutes=5, close=False)
    sat(enrolment, trainer, "left_early", minutes=10)
    expected = Totals(sessions=1, attended=1, late=1, left_early=1, minutes=120, minutes_earned=105)
    assert of(enrolment) == expected


def test_who_did_not_check_out_was_there_without_minutes(trainer):
    enrolment = EnrolmentFactory(run=held())
    sat(enrolment, trainer)
    AttendanceRecord.objects.update(minutes_earned=0)
    assert of(enrolment) == Totals(sessions=1, attended=1, minutes=120)


def test_a_register_proves_nothing_before_it_is_closed(trainer):
    enrolment = EnrolmentFactory(run=held(sessions=2))
    sat(enrolment, trainer, close=False)
    assert of(enrolment) == Totals(waiting=2)


def test_sessions_to_come_do_not_wait(trainer):
    enrolment = EnrolmentFactory(run=held(NOW - DAY, sessions=3))
    assert of(enrolment) == Totals(waiting=1)


@pytest.mark.parametrize("status", [RunStatus.CANCELLED, RunStatus.POSTPONED, RunStatus.PLANNED])
def test_a_class_that_was_not_held_does_not_count(trainer, status):
    run = held(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    sat(enrolment, trainer)
    CourseRun.objects.filter(pk=run.pk).update(status=status)
    assert of(enrolment) == Totals()


@pytest.mark.parametrize("status", [RunStatus.CONCLUDED, RunStatus.ARCHIVED])
def test_a_class_that_is_over_counts(trainer, status):
    run = held()
    enrolment = EnrolmentFactory(run=run)
    sat(enrolment, trainer)
    CourseRun.objects.filter(pk=run.pk).update(status=status)
    assert of(enrolment).sessions == 1


def test_a_cancelled_session_does_not_count(trainer):
    run = held(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    sat(enrolment, trainer)
    ClassSession.objects.filter(run=run).update(cancelled_at=NOW)
    assert of(enrolment) == Totals()


def test_who_withdrew_keeps_what_was_marked_and_owes_no_more(trainer):
    """Closed: one attended, one that was closed without the person. Open: one marked, one not."""
    run = held(sessions=4)
    first, second, third, _fourth = run.sessions.all()
    EnrolmentFactory(run=run)
    gone = EnrolmentFactory(run=run)
    sat(gone, trainer, session=first)
    sat(gone, trainer, session=third, close=False)
    Enrolment.objects.filter(pk=gone.pk).update(status="withdrawn")
    close_register(session=second, by=trainer, at=second.ends_at, rest="absent")
    assert of(gone) == Totals(sessions=1, attended=1, minutes=120, minutes_earned=120, waiting=1)


@pytest.mark.parametrize("trait", ["requested", "waitlisted", "declined", "offered"])
def test_who_has_no_seat_owes_nothing(trait):
    run = held()
    enrolment = EnrolmentFactory(run=run, **{trait: True})
    assert of(enrolment) == Totals()


def test_a_mark_taken_back_says_nothing(trainer):
    run = held()
    enrolment = EnrolmentFactory(run=run)
    sat(enrolment, trainer)
    AttendanceRecord.objects.update(status="cleared", minutes_earned=0)
    assert of(enrolment) == Totals()


def test_a_make_up_counts_its_minutes_once(trainer):
    """Missed here and made good, attended there: both sessions are in order, the two hours are earned once."""
    enrolment = EnrolmentFactory(run=held())
    other = EnrolmentFactory(run=held(NOW - 5 * DAY), person=enrolment.person)
    sat(enrolment, trainer, "made_up")
    sat(other, trainer)
    found = of(enrolment)
    assert (found.minutes_earned, found.minutes_made_up, found.minutes_due, found.share) == (120, 120, 240, 100)


def test_official_duty_is_neither_attended_nor_missed(trainer):
    run = held(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    first, second = run.sessions.all()
    sat(enrolment, trainer, "official_duty", session=first)
    assert of(enrolment).share is None
    assert not of(enrolment).is_below(100)
    sat(enrolment, trainer, "present", session=second)
    assert (of(enrolment).minutes_due, of(enrolment).share) == (120, 100)


def test_a_share_is_never_rounded_up():
    almost = Totals(sessions=1, minutes=1000, minutes_earned=799)
    assert (almost.share, almost.is_below(80), almost.is_below(79)) == (79, True, False)
    exact = Totals(sessions=1, minutes=100, minutes_earned=80)
    assert (exact.share, exact.is_below(80)) == (80, False)


def test_both_days_of_a_period_are_inside_by_shanghai_time(trainer):
    """A session begins at half past midnight in Shanghai, still the day before in UTC, and one an hour earlier."""
    run = held(at_noon(2026, 3, 2, 0) + 30 * MINUTE)
    enrolment = EnrolmentFactory(run=run)
    sat(enrolment, trainer)
    day = datetime.date(2026, 3, 2)
    assert of(enrolment, Period(day, day)).sessions == 1
    assert of(enrolment, Period(day - DAY, day - DAY)) == Totals()
    ClassSession.objects.update(starts_at=F("starts_at") - 60 * MINUTE)
    assert of(enrolment, Period(day, day)) == Totals()
    assert of(enrolment, Period(day - DAY, day - DAY)).sessions == 1


def test_units_are_those_of_the_sign_up(trainer):
    here, there = UnitFactory(), UnitFactory()
    run = held()
    person = UserFactory(unit=there)
    enrolment = EnrolmentFactory(run=run, person=person, unit=here)
    EnrolmentFactory(run=run, unit=there)
    EnrolmentFactory(run=run, person=UserFactory(unit=None), unit=None)
    sat(enrolment, trainer)
    found = totals_by_unit(YEAR, NOW)
    assert {unit: (one.sessions, one.attended, one.absent) for unit, one in found.items()} == {
        here.pk: (1, 1, 0), there.pk: (1, 0, 1), None: (1, 0, 1),
    }  # fmt: skip
    assert total_of(found.values()) == total_of(totals_by_person(YEAR, NOW).values())


def test_only_of_the_enrolments_asked_for(trainer):
    run = held(sessions=2)
    mine, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    sat(mine, trainer)
    rows = Enrolment.objects.filter(pk=mine.pk)
    expected = Totals(sessions=1, attended=1, minutes=120, minutes_earned=120, waiting=1)
    assert totals_by_person(YEAR, NOW, rows) == {mine.person_id: expected}
    assert set(totals_by_enrolment(YEAR, NOW)) == {mine.pk, other.pk}


@pytest.mark.parametrize("people", [1, 12])
def test_two_queries_for_any_number(django_assert_num_queries, trainer, people):
    run = held(sessions=2)
    rows = [EnrolmentFactory(run=run) for _ in range(people)]
    sat(rows[0], trainer)
    with django_assert_num_queries(2):
        assert len(totals_by_person(YEAR, NOW)) == people
