"""The roster of a session and the trainer's day."""

import pytest
from django.utils import timezone

from courses.selectors.teaching import register, roster, teaching_day
from courses.services import attendance
from tests.factories import CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_roster_is_those_with_a_seat_and_those_marked_earlier():
    run = CourseRunFactory(running=True)
    session = run.sessions.get()
    stays, left = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    EnrolmentFactory(run=run, waitlisted=True)
    EnrolmentFactory(run=run, requested=True)
    EnrolmentFactory(run=run, withdrawn=True)
    EnrolmentFactory()
    attendance.mark(session=session, marks=[{"enrolment": left, "status": "present"}], by=UserFactory())
    left.status = "withdrawn"
    left.save()

    assert set(roster(session)) == {stays, left}


@pytest.mark.parametrize("rows", [1, 40])
def test_register_takes_two_queries_for_any_number_of_people(django_assert_num_queries, rows):
    run = CourseRunFactory(running=True, capacity=60)
    session, trainer = run.sessions.get(), UserFactory()
    people = [EnrolmentFactory(run=run) for _ in range(rows)]
    attendance.mark(session=session, marks=[{"enrolment": one, "status": "present"} for one in people], by=trainer)

    with django_assert_num_queries(2):
        whole = register(session)
        names = {(row.enrolment.person.name, row.enrolment.unit.short_name) for row in whole.rows}
        marked_by = {row.record.changed_by.name for row in whole.rows}

    assert (len(names), marked_by, whole.unmarked) == (rows, {trainer.name}, [])


def test_day_counts_whom_it_expects_and_who_is_marked():
    trainer = UserFactory()
    run = CourseRunFactory(running=True, trainers=[trainer])
    people = [EnrolmentFactory(run=run) for _ in range(3)]
    EnrolmentFactory(run=run, waitlisted=True)
    marks = [{"enrolment": people[0], "status": "present"}, {"enrolment": people[1], "status": "cleared"}]
    attendance.mark(session=run.sessions.get(), marks=marks, by=trainer)

    today = teaching_day(trainer, timezone.now()).today

    assert [(session.expected, session.marked) for session in today] == [(3, 1)]


def test_people_of_a_unit_stand_together_under_its_name():
    run = CourseRunFactory(running=True)
    first, second = UnitFactory(name="甲所", position=1), UnitFactory(name="乙所", position=2)
    for unit in (second, first, second, None):
        EnrolmentFactory(run=run, unit=unit)
    rows = register(run.sessions.get()).rows
    found = sorted([(row.enrolment.unit, row.of_unit) for row in rows], key=str)
    assert found == sorted([(first, 1), (second, 2), (second, 0), (None, 0)], key=str)
    assert [row.of_unit for row in rows if row.enrolment.unit == second] == [2, 0]
