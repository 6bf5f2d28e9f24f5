"""Letters about registers that nobody has closed."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from courses.models import ClassSession
from courses.services import telling
from courses.services.attendance import close_register, mark
from messaging.models import Message
from messaging.services.inbox import save_preferences
from people.models import User
from people.roles import BY_CODE
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def shanghai(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 3, day, hour, minute, tzinfo=timezone.get_default_timezone())


def in_english(person: User) -> User:
    save_preferences(person=person, language="en")
    return User.objects.get(pk=person.pk)


@pytest.fixture
def trainer() -> User:
    return in_english(UserFactory(name="王建平"))


@pytest.fixture
def office() -> User:
    sync_roles()
    return in_english(UserFactory(groups=[Group.objects.get(name=BY_CODE["office"].name)]))


def session_at(starts_at: datetime.datetime, trainer: User | None, people: int = 1, **facts: Any) -> ClassSession:
    """A session of two hours."""
    run = CourseRunFactory(starts_at=starts_at, trainers=[trainer] if trainer else [], **facts)
    for _ in range(people):
        EnrolmentFactory(run=run)
    return run.sessions.get()


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        (shanghai(2, 9), shanghai(2, 19, 30)),
        (shanghai(2, 18), shanghai(2, 22)),
        (shanghai(2, 22), shanghai(3, 19, 30)),
    ],
)
def test_trainers_are_told_at_half_past_seven_or_two_hours_after_the_end(
    trainer: User, starts_at: datetime.datetime, due: datetime.datetime
) -> None:
    session_at(starts_at, trainer)
    assert [telling.registers_open(due - MINUTE), telling.registers_open(due)] == [0, 1]


def test_the_trainer_reads_which_register_it_is_and_is_told_once(trainer: User) -> None:
    session = session_at(shanghai(2, 9), trainer, course__title="公文写作")

    sent = [telling.registers_open(shanghai(2, 20)), telling.registers_open(shanghai(2, 21))]

    letter = Message.objects.get()
    assert sent == [1, 0]
    assert (letter.person, letter.kind, letter.url) == (trainer, "register_open", f"/teach/sessions/{session.pk}/")
    assert letter.subject == "Please close the register: 公文写作"
    assert letter.body.split("\n")[0] == "The session is over and its register is not closed yet."
    assert session.run.class_no in letter.body


def test_the_supervisor_is_told_where_nobody_teaches(trainer: User) -> None:
    session_at(shanghai(2, 9), None, supervisor=trainer)
    session_at(shanghai(2, 14), None)

    assert telling.registers_open(shanghai(2, 20)) == 1
    assert Message.objects.get().person == trainer


def test_registers_that_need_no_closing_are_not_told(trainer: User, office: User) -> None:
    done = session_at(shanghai(2, 9), trainer)
    one = done.run.enrolments.get()
    mark(session=done, marks=[{"enrolment": one, "status": "present"}], by=trainer, at=shanghai(2, 10))
    close_register(session=done, by=trainer, head_count=1, at=shanghai(2, 11))
    session_at(shanghai(2, 9), trainer, people=0)
    session_at(shanghai(2, 9), trainer, planned=True)
    ClassSession.objects.filter(pk=session_at(shanghai(2, 9), trainer).pk).update(cancelled_at=shanghai(1, 9))
    session_at(shanghai(3, 14), trainer)

    assert [telling.registers_open(shanghai(2, 22)), telling.registers_left_open(shanghai(3, 9))] == [0, 0]


def test_the_office_has_one_letter_the_next_morning(trainer: User, office: User) -> None:
    first = session_at(shanghai(2, 9), trainer)
    second = session_at(shanghai(2, 14), trainer)
    session_at(shanghai(3, 6), trainer)

    sent = [telling.registers_left_open(at) for at in (shanghai(2, 17), shanghai(3, 9), shanghai(3, 9, 5))]

    letter = Message.objects.get()
    assert sent == [0, 1, 0]
    assert (letter.person, letter.subject) == (office, "2 registers are still open")
    assert [one.run.class_no in letter.body for one in (first, second)] == [True, True]
    assert len(letter.body.split("\n")) == 3


@pytest.mark.parametrize("count", [1, 5])
def test_the_same_queries_for_one_and_for_many(
    trainer: User, office: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        session_at(shanghai(2, 8 + number), trainer)
    with django_assert_num_queries(6):  # sessions, trainers, people, and three of the post
        assert telling.registers_open(shanghai(2, 21)) == count
    with django_assert_num_queries(6):  # sessions, trainers, the office, and three of the post
        assert telling.registers_left_open(shanghai(3, 9)) == 1
