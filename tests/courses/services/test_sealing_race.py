"""Closing while others mark: real threads, the real database. Every mark is under the seal or was refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from courses.errors import RegisterClosed
from courses.models import AttendanceEvent, RegisterSeal, SealedEvent
from courses.services.attendance import close_register, mark
from courses.services.verifying import faults
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TRAINERS, MARKS = 6, 8


def at_once(*works):
    """Run all from one barrier; return what each of them raised."""
    barrier, errors = threading.Barrier(len(works)), []

    def one(work):
        try:
            barrier.wait()
            work()
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the result
            errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(one, works))
    return errors


def test_a_mark_is_sealed_or_refused():
    run, office = CourseRunFactory(finished=True), UserFactory()
    session, people = run.sessions.get(), [EnrolmentFactory(run=run) for _ in range(3)]

    def marking(trainer):
        for number in range(MARKS):
            mark(session=session, marks=[{"enrolment": people[number % 3], "status": "present"}], by=trainer)

    trainers = UserFactory.create_batch(TRAINERS)
    works = [lambda trainer=trainer: marking(trainer) for trainer in trainers]
    errors = at_once(*works, lambda: close_register(session=session, by=office, rest="absent"))
    assert [error for error in errors if not isinstance(error, RegisterClosed)] == []
    assert AttendanceEvent.objects.count() == SealedEvent.objects.count()
    assert list(faults()) == []


def test_many_close_at_once_and_one_does():
    run = CourseRunFactory(finished=True, sessions=2)
    EnrolmentFactory(run=run)
    sessions = [*run.sessions.all()] * 4
    people = UserFactory.create_batch(len(sessions))
    works = [
        lambda session=session, by=by: close_register(session=session, by=by, rest="absent")
        for session, by in zip(sessions, people, strict=True)
    ]
    assert at_once(*works) == []
    assert list(RegisterSeal.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert list(faults()) == []
