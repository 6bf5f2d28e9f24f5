"""The factories make what their names say."""

import pytest
from django.utils import timezone

from core.invariants import faults
from courses.enums import RunState
from tests.factories import (
    ClassSessionFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

STATES = {
    "open": RunState.OPEN,
    "full": RunState.FULL,
    "coming": RunState.COMING,
    "closed": RunState.AWAITING,
    "running": RunState.RUNNING,
    "finished": RunState.ASSESSING,
    "concluded": RunState.CONCLUDED,
    "archived": RunState.ARCHIVED,
    "planned": RunState.PLANNED,
    "ready": RunState.READY,
    "postponed": RunState.POSTPONED,
    "cancelled": RunState.CANCELLED,
}


@pytest.mark.parametrize(("trait", "state"), STATES.items())
def test_run_traits_make_the_state(trait: str, state: RunState) -> None:
    run = CourseRunFactory(**({} if trait == "open" else {trait: True}))
    assert run.state(timezone.now()) == state
    run.full_clean()


def test_counters_follow_the_enrolments() -> None:
    run = CourseRunFactory(full=True, capacity=2)
    EnrolmentFactory(run=run, waitlisted=True)
    second = EnrolmentFactory(run=run, waitlisted=True)
    EnrolmentFactory(run=run, withdrawn=True)
    assert (run.seats_taken, run.queue_length, second.ticket) == (2, 2, 2)
    assert list(faults()) == []


def test_run_spans_its_sessions() -> None:
    run = CourseRunFactory(sessions=2)
    last = ClassSessionFactory(run=run)
    assert run.sessions.count() == 3
    assert (run.starts_at, run.ends_at) == (run.sessions.first().starts_at, last.ends_at)


def test_session_alone_brings_its_run() -> None:
    session = ClassSessionFactory()
    assert list(session.run.sessions.all()) == [session]


def test_person_belongs_to_the_unit_given() -> None:
    unit = UnitFactory()
    assert UserFactory(unit=unit).unit == unit
    assert UserFactory(unit=None).unit is None


def test_lessons_of_one_course_stand_under_it() -> None:
    first = LessonPageFactory()
    second = LessonPageFactory(parent=first.course)
    assert list(first.course.get_children().values_list("pk", flat=True)) == [first.pk, second.pk]
