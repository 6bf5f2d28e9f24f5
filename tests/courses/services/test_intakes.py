"""The next intake: everything carried over, once, on days on which people work."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.models import CalendarDay
from core.workdays import Calendar, Entry, calendar
from courses.enums import RunStatus
from courses.errors import IntakeRefused, IntakeTaken
from courses.models import CourseRun
from courses.selectors.intakes import clashes, plan_intake, suggest_first_day
from courses.services.intakes import open_next_intake
from courses.services.schedule import cancel_session
from tests.factories import (
    ClassSessionFactory,
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
D = datetime.date
TUESDAY = D(2040, 3, 6)


def at(day, clock="17:40"):
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{day.isoformat()}T{clock}"))


def evening(run, day, **kwargs):
    return ClassSessionFactory(run=run, starts_at=at(day), ends_at=at(day, "19:10"), **kwargs)


@pytest.fixture
def office():
    return UserFactory()


@pytest.fixture
def run():
    """Tuesdays and Thursdays of January 2040, with a trainer, a supervisor and conditions."""
    trainer = UserFactory(name="周敏")
    run = CourseRunFactory(
        now=at(D(2040, 1, 1)), sessions=0, course=CoursePageFactory(code="XZ-01"), year=2040, intake_no=1,
        class_no="2040-XZ-01-01", capacity=30, approval_required=True, waitlist_enabled=False, note="请带笔记本。",
        supervisor=UserFactory(name="陈静"), units=[UnitFactory()], professions=[ProfessionFactory()],
        sign_up_opens_at=at(D(2039, 12, 13), "09:00"), sign_up_closes_at=at(D(2040, 1, 6), "17:30"),
    )  # fmt: skip
    for number, day in enumerate((D(2040, 1, 10), D(2040, 1, 12), D(2040, 1, 17)), start=1):
        evening(run, day, topic=f"第{number}讲", venue="二楼" if number == 2 else "", trainers=[trainer])
    return run


def dates(run):
    return [
        f"{timezone.localtime(s.starts_at):%m-%d %H:%M}-{timezone.localtime(s.ends_at):%H:%M}"
        for s in run.sessions.all()
    ]


def test_everything_is_carried_over(run, office):
    EnrolmentFactory(run=run)
    made = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=25, supervisor=run.supervisor)
    assert (made.class_no, made.year, made.intake_no, made.status) == ("2040-XZ-01-02", 2040, 2, RunStatus.PLANNED)
    assert dates(made) == ["03-06 17:40-19:10", "03-08 17:40-19:10", "03-13 17:40-19:10"]
    assert [s.topic for s in made.sessions.all()] == ["第1讲", "第2讲", "第3讲"]
    assert [s.venue for s in made.sessions.all()] == ["", "二楼", ""]
    assert {tuple(s.trainers.all()) for s in made.sessions.all()} == {tuple(run.sessions.first().trainers.all())}
    kept = ("approval_required", "waitlist_enabled", "venue", "organiser", "supervisor", "note")
    assert [getattr(made, name) for name in kept] == [getattr(run, name) for name in kept]
    assert list(made.units.all()) == list(run.units.all())
    assert list(made.professions.all()) == list(run.professions.all())
    assert (made.capacity, made.seats_taken, made.enrolments.count()) == (25, 0, 0)
    assert (made.starts_at, made.ends_at) == (at(TUESDAY), at(D(2040, 3, 13), "19:10"))


def test_sign_up_follows_the_first_day_unless_somebody_says_otherwise(run, office):
    made = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=25)
    assert (made.sign_up_opens_at, made.sign_up_closes_at) == (at(D(2040, 2, 7), "09:00"), at(D(2040, 3, 2), "17:30"))
    opens, closes = at(D(2040, 3, 1), "08:00"), at(D(2040, 3, 5), "12:00")
    other = open_next_intake(
        run=run, by=office, first_day=TUESDAY, capacity=9, opens_at=opens, closes_at=closes, intake_no=3
    )
    assert (other.sign_up_opens_at, other.sign_up_closes_at) == (opens, closes)


def test_a_class_without_a_window_gets_the_usual_one(run):
    CourseRun.objects.update(status=RunStatus.PLANNED, sign_up_opens_at=None, sign_up_closes_at=None)
    run.refresh_from_db()
    plan = plan_intake(run, TUESDAY, Calendar())
    assert (plan.opens_at, plan.closes_at) == (at(D(2040, 2, 7), "09:00"), at(D(2040, 3, 2), "17:30"))


def test_the_holidays_of_the_office_are_avoided_and_named(run, office):
    CalendarDay.objects.create(day=D(2040, 3, 8), name="停课")
    plan = plan_intake(run, TUESDAY, calendar())
    assert [(s.day, s.avoided) for s in plan.sessions] == [
        (D(2040, 3, 6), ()), (D(2040, 3, 13), ("停课",)), (D(2040, 3, 15), ()),
    ]  # fmt: skip
    assert plan.guessed_years == []
    assert dates(open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9))[1] == "03-13 17:40-19:10"


def test_years_without_an_announcement_are_named(run):
    assert plan_intake(run, TUESDAY, Calendar()).guessed_years == [2040]
    assert plan_intake(run, D(2039, 12, 29), Calendar()).guessed_years == [2039, 2040]


def test_cancelled_sessions_and_inactive_trainers_stay_behind(run, office):
    cancel_session(session=run.sessions.last(), by=office, reason="停电")
    trainer = run.sessions.first().trainers.get()
    type(trainer).objects.filter(pk=trainer.pk).update(is_active=False)
    assert [s.left_out for s in plan_intake(run, TUESDAY, Calendar()).sessions] == [[trainer], [trainer]]
    made = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9)
    assert [list(s.trainers.all()) for s in made.sessions.all()] == [[], []]


def test_morning_and_afternoon_of_one_day_stay_together(run, office):
    first = run.sessions.first()
    ClassSessionFactory(run=run, starts_at=first.starts_at.replace(hour=1), ends_at=first.starts_at.replace(hour=3))
    made = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9)
    assert dates(made)[:2] == ["03-06 09:40-11:40", "03-06 17:40-19:10"]


def test_a_double_click_opens_one_class(run, office):
    first = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9, intake_no=2)
    assert open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9, intake_no=2) == first
    assert CourseRun.objects.count() == 2


def test_a_number_that_somebody_else_used_is_refused(run, office):
    there = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9, intake_no=2)
    with pytest.raises(IntakeTaken) as refusal:
        open_next_intake(run=run, by=office, first_day=D(2040, 4, 10), capacity=9, intake_no=2)
    assert there.class_no in str(refusal.value)


def test_the_class_itself_is_never_taken_for_its_next_intake(run, office):
    with pytest.raises(IntakeTaken):
        open_next_intake(run=run, by=office, first_day=D(2040, 1, 10), capacity=9, intake_no=1)


@pytest.mark.parametrize("day", [D(2020, 3, 3), D(2040, 3, 10), D(2041, 1, 1)], ids=["past", "Saturday", "holiday"])
def test_a_day_on_which_no_class_can_begin_is_refused(run, office, day):
    with pytest.raises(IntakeRefused):
        open_next_intake(run=run, by=office, first_day=day, capacity=9)
    assert CourseRun.objects.count() == 1


def test_a_class_without_sessions_is_refused(office):
    with pytest.raises(IntakeRefused):
        open_next_intake(run=CourseRunFactory(planned=True, sessions=0), by=office, first_day=TUESDAY, capacity=9)


def test_fields_that_do_not_fit_store_nothing(run, office):
    with pytest.raises(ValidationError):
        open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9, opens_at=at(D(2040, 3, 5)))
    assert CourseRun.objects.count() == 1


def test_it_is_written_down(run, office):
    made = open_next_intake(run=run, by=office, first_day=TUESDAY, capacity=9)
    entry = ModelLogEntry.objects.get(action="courses.intake_opened", object_id=made.pk)
    assert (entry.user, entry.data) == (office, {"from": "2040-XZ-01-01", "first_day": "2040-03-06"})


def test_rooms_and_trainers_that_are_taken_are_named(run):
    trainer = run.sessions.first().trainers.get()
    room = CourseRunFactory(now=at(D(2040, 1, 1)), sessions=0)
    evening(room, TUESDAY)  # the same room
    busy = CourseRunFactory(now=at(D(2040, 1, 1)), sessions=0, venue="一楼")
    evening(busy, D(2040, 3, 8), trainers=[trainer])
    elsewhere = CourseRunFactory(now=at(D(2040, 1, 1)), sessions=0, venue="一楼")
    evening(elsewhere, TUESDAY)
    gone = CourseRunFactory(now=at(D(2040, 1, 1)), sessions=0, cancelled=True)
    evening(gone, TUESDAY, trainers=[trainer])
    found = clashes(plan_intake(run, TUESDAY, Calendar()))
    assert [(c.planned.day, c.is_venue, c.other.run, c.trainers) for c in found] == [
        (TUESDAY, True, room, ()), (D(2040, 3, 8), False, busy, ("周敏",)),
    ]  # fmt: skip


@pytest.mark.parametrize("sessions", [1, 5])
def test_planning_takes_the_same_queries_for_any_number_of_sessions(sessions, django_assert_num_queries):
    run = CourseRunFactory(sessions=sessions, trainers=[UserFactory()])
    CourseRunFactory(sessions=sessions, trainers=[UserFactory()])
    first = timezone.localtime(run.starts_at).date()
    with django_assert_num_queries(4):
        clashes(plan_intake(run, first, Calendar()))


@pytest.mark.parametrize(("today", "expected"), [(D(2039, 12, 1), D(2040, 2, 14)), (D(2040, 5, 1), D(2040, 5, 29))])
def test_the_suggested_day_is_the_same_weekday_four_weeks_ahead(run, today, expected):
    assert suggest_first_day(run, today, Calendar()) == expected


def test_the_suggested_day_is_never_a_holiday(run):
    days = Calendar({D(2040, 2, 14): Entry(False, "春节")})
    assert suggest_first_day(run, D(2039, 12, 1), days) == D(2040, 2, 21)
