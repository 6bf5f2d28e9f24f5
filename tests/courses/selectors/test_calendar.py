"""What stands in a calendar, and what is said of it when it ends."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.models import ClassSession, CourseRun
from courses.selectors.calendar import entries_of_person, entries_of_run, reader_of
from courses.services import enrolment as enrolments
from courses.services import runs as run_services
from courses.services.calendar import make_address
from courses.services.schedule import cancel_session, save_schedule
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def told(person: Any) -> list[tuple[int, bool, int]]:
    return [(one.session.pk, one.is_cancelled, one.sequence) for one in entries_of_person(person, timezone.now())]


@pytest.fixture
def office() -> Any:
    return UserFactory(superuser=True)


def test_confirmed_sessions_and_those_of_nobody_else() -> None:
    person, other = UserFactory(), UserFactory()
    run = CourseRunFactory(sessions=2)
    EnrolmentFactory(run=run, person=person)
    EnrolmentFactory(run=CourseRunFactory(), person=other)
    EnrolmentFactory(run=CourseRunFactory(full=True), person=person, waitlisted=True)
    EnrolmentFactory(run=CourseRunFactory(), person=person, requested=True)
    assert told(person) == [(session.pk, False, 1) for session in run.sessions.all()]


def test_sessions_that_one_teaches_or_supervises_say_so() -> None:
    trainer = UserFactory()
    taught = CourseRunFactory(trainers=[trainer])
    supervised = CourseRunFactory(supervisor=trainer)
    entries = entries_of_person(trainer, timezone.now())
    assert {(one.session.run_id, one.is_taught) for one in entries} == {(taught.pk, True), (supervised.pk, True)}


def test_a_class_that_is_only_planned_is_in_no_calendar() -> None:
    trainer = UserFactory()
    CourseRunFactory(planned=True, trainers=[trainer])
    CourseRunFactory(ready=True, trainers=[trainer])
    assert told(trainer) == []


def test_a_year_back_and_no_further() -> None:
    person, now = UserFactory(), timezone.now()
    old = CourseRunFactory(now=now - datetime.timedelta(days=380), concluded=True)
    recent = CourseRunFactory(now=now - datetime.timedelta(days=300), concluded=True)
    for run in (old, recent):
        EnrolmentFactory(run=run, person=person)
    assert [pk for pk, *_rest in told(person)] == [recent.sessions.get().pk]


def test_after_withdrawing_what_was_to_come_is_cancelled_and_what_was_is_left_out() -> None:
    person = UserFactory()
    run = CourseRunFactory(sessions=1)
    past = ClassSession.objects.create(
        run=run, starts_at=timezone.now() - 48 * HOUR, ends_at=timezone.now() - 46 * HOUR
    )
    enrolment = enrolments.enrol(person=person, run=run, by=person)
    coming = run.sessions.exclude(pk=past.pk).get()
    before = {pk: sequence for pk, _gone, sequence in told(person)}
    enrolments.withdraw(enrolment=enrolment, by=person, reason="")
    assert told(person) == [(coming.pk, True, before[coming.pk] + 1)]


def test_who_never_had_a_seat_has_nothing_to_take_back() -> None:
    person = UserFactory()
    EnrolmentFactory(run=CourseRunFactory(), person=person, withdrawn=True)
    EnrolmentFactory(run=CourseRunFactory(), person=person, declined=True)
    assert told(person) == []


def test_coming_back_raises_the_count_once_more() -> None:
    person, run = UserFactory(), CourseRunFactory()
    enrolments.withdraw(enrolment=enrolments.enrol(person=person, run=run, by=person), by=person, reason="")
    left = told(person)
    enrolments.enrol(person=person, run=run, by=person)
    back = told(person)
    assert [(gone, sequence) for _pk, gone, sequence in left + back] == [(True, 2), (False, 3)]


def test_who_left_but_teaches_there_keeps_the_session() -> None:
    person = UserFactory()
    run = CourseRunFactory(trainers=[person])
    enrolments.withdraw(enrolment=EnrolmentFactory(run=run, person=person), by=person, reason="")
    assert [gone for _pk, gone, _sequence in told(person)] == [False]


@pytest.mark.parametrize("change", ["time", "topic", "venue"])
def test_the_timetable_raises_only_what_changed(office: Any, change: str) -> None:
    run = CourseRunFactory(sessions=2)
    first, second = run.sessions.all()
    if change == "time":
        second.ends_at += HOUR
    else:
        setattr(second, change, "改过")
    save_schedule(run=run, sessions=[first, second], by=office)
    assert [one.sequence for one in entries_of_run(run)] == [0, 1]
    save_schedule(run=run, sessions=list(run.sessions.all()), by=office)
    assert [one.sequence for one in entries_of_run(run)] == [0, 1]


def test_cancelling_a_session(office: Any) -> None:
    run = CourseRunFactory(sessions=2)
    cancel_session(session=run.sessions.all()[1], by=office, reason="教师出差")
    cancel_session(session=run.sessions.all()[1], by=office, reason="教师出差")
    assert [(one.is_cancelled, one.sequence) for one in entries_of_run(run)] == [(False, 0), (True, 1)]


def test_postponing_takes_the_dates_back_and_publishing_gives_them_again(office: Any) -> None:
    run = CourseRunFactory()
    run_services.postpone(run=run, by=office, reason="场地维修")
    postponed = [(one.is_cancelled, one.sequence) for one in entries_of_run(run)]
    run_services.publish(run=run, by=office)
    published = [(one.is_cancelled, one.sequence) for one in entries_of_run(run)]
    assert (postponed, published) == ([(True, 1)], [(False, 2)])


def test_a_class_that_moves_raises_the_sessions_without_a_place_of_their_own(office: Any) -> None:
    run = CourseRunFactory(sessions=1)
    ClassSessionFactory(run=run, venue="法庭")
    fresh = CourseRun.objects.get(pk=run.pk)
    fresh.venue = "一楼大厅"
    run_services.save_run(run=fresh, by=office)
    run_services.set_capacity(run=run, capacity=30, by=office)
    assert [one.sequence for one in entries_of_run(fresh)] == [1, 0]


def test_an_address_opens_its_own_calendar_and_no_switched_off_account() -> None:
    person, other = UserFactory(), UserFactory()
    token, theirs = make_address(person=person, seen=0), make_address(person=other, seen=0)
    assert (reader_of(token), reader_of(theirs), reader_of("x")) == (person, other, None)
    person.is_active = False
    person.save()
    assert reader_of(token) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_a_calendar_takes_the_same_queries_for_any_number_of_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = UserFactory()
    for _number in range(rows):
        EnrolmentFactory(run=CourseRunFactory(sessions=rows), person=person)
        CourseRunFactory(trainers=[person])
    with django_assert_num_queries(2):
        entries = entries_of_person(person, timezone.now())
        assert len({(one.session.run.course.title, one.session.place) for one in entries}) == 2 * rows
