"""My training: the person's own rows, and nobody else's."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enums import AttendanceStatus, EnrolmentStatus
from courses.models import EnrolmentEvent
from courses.services import attendance
from tests.factories import CourseRunFactory, EnrolmentFactory, catalogue

pytestmark = pytest.mark.django_db
MY_QUERIES = 23
ADDRESS = "/my/"


def test_visitor_is_sent_to_sign_in_and_back(visitor):
    assert visitor.get(ADDRESS).headers["Location"] == f"{reverse('account_login')}?next={ADDRESS}"


def test_page_sorts_what_runs_waits_and_is_over(reader, learner):
    later = EnrolmentFactory(person=learner, run=CourseRunFactory(now=timezone.now() + datetime.timedelta(days=3)))
    soon = EnrolmentFactory(person=learner)
    requested = EnrolmentFactory(person=learner, requested=True)
    waiting = EnrolmentFactory(person=learner, waitlisted=True)
    over = EnrolmentFactory(person=learner, run=CourseRunFactory(concluded=True), completed=True)
    EnrolmentFactory(person=learner, withdrawn=True)

    training = reader.get(ADDRESS).context["training"]

    assert {mine.enrolment for mine in training.current} == {soon, requested, later}
    assert training.current[-1].enrolment == later
    assert [mine.enrolment for mine in training.waiting] == [waiting]
    assert [mine.enrolment for mine in training.past] == [over]
    assert training.next_session == soon.run.sessions.get()


def test_nothing_of_other_people_shows(reader, learner):
    mine = EnrolmentFactory(person=learner)
    other = EnrolmentFactory(run=mine.run)
    attendance.mark(
        session=_begun(mine.run), marks=[{"enrolment": other, "status": AttendanceStatus.LATE}], by=other.person
    )
    EnrolmentFactory(waitlisted=True)

    response = reader.get(ADDRESS)

    training = response.context["training"]
    assert [one.enrolment for one in training.current + training.waiting + training.past] == [mine]
    assert [sitting.record for sitting in training.current[0].sittings] == [None]
    assert other.person.name not in response.content.decode()


def test_place_in_the_queue_is_said(reader, learner):
    run = CourseRunFactory(full=True)
    EnrolmentFactory(run=run, waitlisted=True)
    EnrolmentFactory(run=run, person=learner, waitlisted=True)

    assert "Number 2 on the waiting list" in reader.get(ADDRESS).content.decode()


def test_attendance_shows_status_minutes_and_what_was_earned(reader, learner):
    run = CourseRunFactory(running=True, sessions=2)
    enrolment = EnrolmentFactory(run=run, person=learner)
    session = run.sessions.first()
    arrival = session.starts_at + datetime.timedelta(minutes=8)
    mark = {"enrolment": enrolment, "status": AttendanceStatus.LATE, "happened_at": arrival}
    attendance.mark(session=session, marks=[mark], by=learner)

    response = reader.get(ADDRESS)

    mine = response.context["training"].current[0]
    assert (mine.marked, mine.minutes_earned) == (1, 112)
    text = response.content.decode()
    assert "8 minutes late" in text
    assert "112 minutes earned" in text


def test_declined_request_shows_the_reason(reader, learner):
    enrolment = EnrolmentFactory(person=learner, declined=True)
    EnrolmentEvent.objects.create(
        enrolment=enrolment,
        from_status=EnrolmentStatus.REQUESTED,
        to_status=EnrolmentStatus.DECLINED,
        at=timezone.now(),
        reason="本期名额优先安排新任人员",
    )

    assert "本期名额优先安排新任人员" in reader.get(ADDRESS).content.decode()


def test_empty_page_leads_to_the_catalogue(reader):
    address = catalogue().url

    text = reader.get(ADDRESS).content.decode()

    assert "You have not signed up for a class yet" in text
    assert f'href="{address}"' in text


def test_cancelled_session_is_not_the_next_one(reader, learner):
    run = CourseRunFactory(sessions=2)
    EnrolmentFactory(run=run, person=learner)
    first, second = run.sessions.all()
    first.cancelled_at = timezone.now()
    first.save()

    assert reader.get(ADDRESS).context["training"].next_session == second


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_queries_for_any_number_of_classes(reader, learner, rows):
    for _ in range(rows):
        enrolment = EnrolmentFactory(person=learner, run=CourseRunFactory(running=True))
        mark = {"enrolment": enrolment, "status": AttendanceStatus.PRESENT}
        attendance.mark(session=enrolment.run.sessions.get(), marks=[mark], by=learner)
    reader.get(ADDRESS)

    with CaptureQueriesContext(connection) as queries:
        reader.get(ADDRESS)

    assert len(queries) == MY_QUERIES


def _begun(run):
    session = run.sessions.get()
    session.starts_at = timezone.now() - datetime.timedelta(minutes=30)
    session.save()
    return session
