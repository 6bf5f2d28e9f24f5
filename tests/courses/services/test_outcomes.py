"""How a class ended for each person, and classes that too few people signed up for."""

import datetime

import pytest
from django.utils import timezone

from core.invariants import faults
from courses.errors import ChangeRefused, ReasonRefused
from courses.models import CourseRun
from courses.services.minimums import flag_short_runs
from courses.services.outcomes import Outcome, settle
from courses.signals import run_below_minimum
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return UserFactory(superuser=True)


def test_outcomes_are_events_and_can_be_corrected(office):
    run = CourseRunFactory(finished=True)
    one, two = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    first = [Outcome(one.pk, completed=True), Outcome(two.pk, completed=False, reason="缺课超过七分之一")]
    assert (settle(run=run, outcomes=first, by=office), settle(run=run, outcomes=first, by=office)) == (2, 0)
    assert settle(run=run, outcomes=[Outcome(two.pk, completed=True, reason="补课合格")], by=office) == 1
    changes = [(event.to_status, event.reason) for event in two.events.all()][1:]
    assert changes == [("not_completed", "缺课超过七分之一"), ("completed", "补课合格")]
    assert list(faults()) == []


def test_outcomes_wait_for_the_end_and_name_people_of_the_class(office):
    running, over = (
        EnrolmentFactory(run=CourseRunFactory(running=True)),
        EnrolmentFactory(run=CourseRunFactory(finished=True)),
    )
    stranger = EnrolmentFactory()
    for run, row in ((running.run, running), (over.run, stranger)):
        with pytest.raises(ChangeRefused):
            settle(run=run, outcomes=[Outcome(row.pk, completed=True)], by=office)
    with pytest.raises(ReasonRefused):
        settle(run=over.run, outcomes=[Outcome(over.pk, completed=False)], by=office)


def test_a_class_below_its_minimum_is_flagged_once_when_sign_up_closes():
    told = []
    run_below_minimum.connect(lambda run, **_: told.append(run), weak=False, dispatch_uid="test")
    short = CourseRunFactory(minimum=2, closed=True)
    EnrolmentFactory(run=short)
    enough = CourseRunFactory(minimum=1, closed=True)
    EnrolmentFactory(run=enough)
    CourseRunFactory(minimum=5)
    CourseRunFactory(minimum=5, closed=True, cancelled=True)
    now = timezone.now()
    assert (flag_short_runs(now), flag_short_runs(now + datetime.timedelta(minutes=10))) == (1, 0)
    run_below_minimum.disconnect(dispatch_uid="test")
    assert (told, list(CourseRun.objects.filter(below_minimum_at=now))) == ([short], [short])
