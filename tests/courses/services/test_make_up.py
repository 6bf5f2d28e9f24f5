"""A make-up: the same course in another intake, credited once, of a closed register only with a second person."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.errors import ChangeRefused
from courses.models import AttendanceRecord, ClassSession, Correction
from courses.selectors.make_up import attended_elsewhere, not_credited
from courses.services.attendance import mark
from courses.services.make_up import credit_make_up
from people.services.roles import sync_roles
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def office():
    sync_roles()
    return person_with("office")


@pytest.fixture
def course():
    return CoursePageFactory()


@pytest.fixture
def person():
    return UserFactory()


def sitting(course, person, status, days, by):
    """One session of a class of its own, long ago, with that mark."""
    run = CourseRunFactory(course=course, finished=True, starts_at=timezone.now() - days * DAY)
    enrolment, session = EnrolmentFactory(run=run, person=person), run.sessions.get()
    (record,) = mark(session=session, marks=[{"enrolment": enrolment, "status": status}], by=by)
    return record


@pytest.fixture
def missed(course, person, office):
    return sitting(course, person, "absent", 20, office)


@pytest.fixture
def attended(course, person, office):
    return sitting(course, person, "present", 10, office)


def credit(missed, other, by):
    return credit_make_up(session=missed.session, enrolment=missed.enrolment, other=other, by=by)


@pytest.mark.parametrize("status", ["absent", "on_leave", "official_duty"])
def test_a_missed_session_is_made_good(course, person, office, attended, status):
    missed = sitting(course, person, status, 20, office)
    record = credit(missed, attended, office)
    assert (record.status, record.minutes_earned) == ("made_up", 0)
    assert attended.session.run.class_no in record.note
    attended.refresh_from_db()
    assert attended.status == "present"


def test_once_each(course, person, office, missed, attended):
    other = sitting(course, person, "absent", 30, office)
    credit(missed, attended, office)
    with pytest.raises(ChangeRefused):
        credit(missed, attended, office)
    with pytest.raises(ChangeRefused):
        credit(other, attended, office)
    assert not_credited(attended_elsewhere(other.session, other.enrolment), other.enrolment) == []


def test_of_a_closed_register_it_is_asked_for_and_counts_as_used(course, person, office, missed, attended):
    ClassSession.objects.filter(pk=missed.session_id).update(closed_at=timezone.now())
    made = credit(missed, attended, office)
    assert (Correction.objects.get(), made.status, made.asked_by) == (made, "made_up", office)
    missed.refresh_from_db()
    assert missed.status == "absent"
    other = sitting(course, person, "absent", 30, office)
    with pytest.raises(ChangeRefused):
        credit(other, attended, office)


def test_what_makes_nothing_good(course, person, office, missed, attended):
    strangers = sitting(course, UserFactory(), "present", 12, office)
    elsewhere = sitting(CoursePageFactory(), person, "present", 13, office)
    absent = sitting(course, person, "absent", 14, office)
    for other in (strangers, elsewhere, absent, missed):
        with pytest.raises(ChangeRefused):
            credit(missed, other, office)
    with pytest.raises(ChangeRefused):
        credit(attended, missed, office)
    with pytest.raises(ChangeRefused):
        credit(missed, attended, UserFactory())
    assert AttendanceRecord.objects.filter(status="made_up").count() == 0


def test_the_office_finds_it_on_the_page_of_the_mark(client, office, missed, attended):
    client.force_login(office)
    page = reverse("courses:mark_history", args=[missed.session_id, missed.enrolment_id])
    address = reverse("courses:make_up", args=[missed.session_id, missed.enrolment_id])
    assert f'value="{attended.pk}"' in client.get(page).text
    assert client.post(address, {"record": "x"}).status_code == 404
    assert client.post(address, {"record": str(attended.pk)}).headers["Location"] == page
    missed.refresh_from_db()
    assert missed.status == "made_up"
    assert address not in client.get(page).text


def test_a_trainer_has_no_such_button(client, missed, attended):
    trainer = UserFactory()
    missed.session.trainers.add(trainer)
    client.force_login(trainer)
    address = reverse("courses:make_up", args=[missed.session_id, missed.enrolment_id])
    assert address not in client.get(reverse("courses:mark_history", args=address.split("/")[3:6:2])).text
    client.post(address, {"record": str(attended.pk)})
    missed.refresh_from_db()
    assert missed.status == "absent"
