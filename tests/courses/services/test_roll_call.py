"""The second roll-call: who can be drawn, and what an answer changes."""

import datetime

import pytest

from courses.errors import MarkRefused, RegisterClosed, SessionCancelled
from courses.models import AttendanceEvent, ClassSession, RollCall
from courses.services.attendance import mark
from courses.services.roll_call import NAMES, answer, draw
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def run():
    return CourseRunFactory(running=True)


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def trainer():
    return UserFactory()


def here(session, trainer, count, status="present"):
    rows = [EnrolmentFactory(run=session.run) for _ in range(count)]
    mark(session=session, marks=[{"enrolment": row, "status": status} for row in rows], by=trainer)
    return {row.pk for row in rows}


def test_three_of_those_who_are_here(session, trainer):
    present = here(session, trainer, 5) | here(session, trainer, 1, "late")
    here(session, trainer, 4, "absent")
    first = draw(session=session, by=trainer)
    second = draw(session=session, by=trainer)
    assert len(first) == NAMES
    assert {row.enrolment_id for row in (*first, *second)} == present


def test_few_are_all_drawn_and_then_again(session, trainer):
    present = here(session, trainer, 2)
    for _time in range(2):
        assert {row.enrolment_id for row in draw(session=session, by=trainer)} == present


def test_nobody_to_draw(session, trainer):
    here(session, trainer, 2, "absent")
    with pytest.raises(MarkRefused):
        draw(session=session, by=trainer)


def test_an_answer_marks_nobody_and_can_be_corrected(session, trainer):
    here(session, trainer, 1)
    (call,) = draw(session=session, by=trainer)
    marks = AttendanceEvent.objects.count()
    for said in (False, True):
        answer(call=call, here=said, by=trainer)
        assert RollCall.objects.get().here is said
    assert AttendanceEvent.objects.count() == marks


@pytest.mark.parametrize(("field", "refusal"), [("closed_at", RegisterClosed), ("cancelled_at", SessionCancelled)])
def test_not_once_the_register_is_closed_or_the_session_called_off(session, trainer, field, refusal):
    here(session, trainer, 1)
    (call,) = draw(session=session, by=trainer)
    ClassSession.objects.filter(pk=session.pk).update(**{field: session.starts_at})
    with pytest.raises(refusal):
        draw(session=session, by=trainer)
    with pytest.raises(refusal):
        answer(call=call, here=False, by=trainer)
    assert [row.here for row in RollCall.objects.all()] == [None]
