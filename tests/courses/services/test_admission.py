"""What the training office admits by itself."""

import pytest

from core.invariants import faults
from courses.errors import ChangeRefused, EnrolmentRefused, ReasonRefused
from courses.models import CourseRun
from courses.services.admission import admit, approve_many, decline_many
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    sync_roles()
    return person_with("office")


def reserved(capacity: int, reserve: int, **kwargs) -> CourseRun:
    return CourseRunFactory(capacity=capacity, reserve=reserve, seats_held=reserve, **kwargs)


def test_a_seat_of_the_reserve_is_given_past_the_queue(office):
    run = reserved(2, 1, waitlist_enabled=False)
    EnrolmentFactory(run=run)
    with pytest.raises(EnrolmentRefused):
        admit(person=UserFactory(), run=run, by=office)
    made = admit(person=UserFactory(), run=run, by=office, from_reserve=True)
    assert (made.status, made.way, made.from_reserve) == ("confirmed", "direct", True)
    with pytest.raises(EnrolmentRefused):
        admit(person=UserFactory(), run=run, by=office, from_reserve=True)
    assert list(faults()) == []


def test_nobody_but_the_office_admits(office):
    with pytest.raises(ChangeRefused):
        admit(person=UserFactory(), run=CourseRunFactory(), by=person_with("clerk"))


def test_one_refusal_keeps_nobody_else_out(office):
    run = CourseRunFactory(capacity=1, waitlist_enabled=False)
    first, second = (EnrolmentFactory(run=run, requested=True) for _ in range(2))
    other = EnrolmentFactory(requested=True)
    tally = approve_many(requests=[first, second, other], by=office)
    assert [row.pk for row in tally.done] == [first.pk, other.pk]
    assert [(row, bool(why)) for row, why in tally.refused] == [(second, True)]
    assert {row.status for row in tally.done} == {"confirmed"}


def test_turning_down_many_needs_one_reason(office):
    requests = [EnrolmentFactory(requested=True) for _ in range(2)]
    with pytest.raises(ReasonRefused):
        decline_many(requests=requests, by=office, reason=" ")
    assert {row.status for row in decline_many(requests=requests, by=office, reason="名额已满").done} == {"declined"}
    assert {row.events.last().reason for row in requests} == {"名额已满"}
