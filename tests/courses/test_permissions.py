"""Who may mark and who may see, as predicate and as set of rows."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from courses.permissions import can_mark_attendance, can_teach, markable_sessions, own_sessions, visible_runs
from people.models import User
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="manage_enrolments"))
    return User.objects.get(pk=person.pk)


def test_register_belongs_to_trainer_supervisor_and_office(office):
    trainer, supervisor, stranger = UserFactory(), UserFactory(), UserFactory()
    session = CourseRunFactory(trainers=[trainer], supervisor=supervisor).sessions.get()
    participant = EnrolmentFactory(run=session.run).person
    people = [trainer, supervisor, office, stranger, participant, AnonymousUser()]

    assert [can_mark_attendance(person, session) for person in people] == [True, True, True, False, False, False]


def test_own_sessions_name_each_session_once():
    person = UserFactory()
    run = CourseRunFactory(trainers=[person, UserFactory()], supervisor=person)
    CourseRunFactory()

    assert list(own_sessions(person)) == list(markable_sessions(person)) == [run.sessions.get()]


def test_teaching_page_is_for_those_who_teach(office):
    trainer = UserFactory()
    CourseRunFactory(trainers=[trainer])

    assert [can_teach(one) for one in (trainer, office, UserFactory(), AnonymousUser())] == [True, True, False, False]


def test_visible_runs_are_the_shown_and_the_own(office):
    person, trainer = UserFactory(), UserFactory()
    shown, planned = CourseRunFactory(), CourseRunFactory(planned=True, trainers=[trainer])
    mine, left = CourseRunFactory(archived=True), CourseRunFactory(archived=True)
    EnrolmentFactory(run=mine, person=person, completed=True)
    EnrolmentFactory(run=left, person=person, withdrawn=True)

    assert set(visible_runs(AnonymousUser())) == {shown}
    assert set(visible_runs(person)) == {shown, mine}
    assert set(visible_runs(trainer)) == {shown, planned}
    assert set(visible_runs(office)) == {shown, planned, mine, left}
