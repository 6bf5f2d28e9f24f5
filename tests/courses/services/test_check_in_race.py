"""Fifty scans of one person at once are one mark, and a room that checks in together loses nobody."""

import datetime

import pytest
from django.utils import timezone

from core.invariants import faults
from courses.enums import CheckInPhase
from courses.errors import CodeUsed
from courses.models import AttendanceEvent, AttendanceRecord
from courses.services import codes
from courses.services.attendance import check_in
from people.models import User
from tests.courses.services.test_race import make_people, together
from tests.factories import CourseRunFactory, EnrolmentFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
IN = CheckInPhase.ARRIVE


def room(count):
    """A session that begins now, and so many people on its roster."""
    run = CourseRunFactory(running=True, starts_at=timezone.now() + datetime.timedelta(minutes=5), capacity=count)
    people = make_people(count)
    for person in people:
        EnrolmentFactory(run=run, person=person, unit=None)
    return run.sessions.get(), people


def scan(session, person, at=None):
    at = at or timezone.now()
    return check_in(session=session, person=person, code=codes.token(session.pk, IN, at), at=at, device=f"d{person.pk}")


def test_fifty_scans_of_one_person_are_one_mark():
    session, (person,) = room(1)
    at = timezone.now()  # the same moment: of two, an earlier one that comes later would rightly be one more mark
    assert together(lambda who: scan(session, who, at), [person] * 50) == []
    assert (AttendanceRecord.objects.count(), AttendanceEvent.objects.count()) == (1, 1)


def test_a_room_that_comes_together_loses_nobody():
    session, people = room(60)
    assert together(lambda who: scan(session, who), people) == []
    assert (AttendanceRecord.objects.count(), AttendanceEvent.objects.count()) == (60, 60)
    assert list(faults()) == []


def test_one_pass_in_many_hands_counts_for_one():
    session, people = room(12)
    at = timezone.now()
    text = codes.make_pass(codes.Scan(session.pk, IN, at), "phone")

    def use(person: User) -> None:
        check_in(session=session, person=person, code=text, at=at)

    errors = together(use, people, threads=12)
    assert [type(error) for error in errors] == [CodeUsed] * 11
    assert (AttendanceRecord.objects.count(), AttendanceEvent.objects.count()) == (1, 1)
