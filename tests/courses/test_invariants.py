"""The invariants hold on sound data and find each planted fault."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.invariants import faults
from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    ClassSession,
    CourseRun,
    Enrolment,
    EnrolmentEvent,
    LessonProgress,
)
from courses.services.attendance import mark
from courses.services.progress import confirm
from people.models import Membership
from tests.factories import CourseRunFactory, EnrolmentFactory, LessonPageFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def run():
    """A run under way with a full house, a queue and one mark: everything a fault can be planted in."""
    run = CourseRunFactory(running=True, capacity=2)
    held = [EnrolmentFactory(run=run) for _ in range(2)]
    for _ in range(3):
        EnrolmentFactory(run=run, waitlisted=True)
    mark(session=run.sessions.get(), marks=[{"enrolment": held[0], "status": "present"}], by=held[0].person)
    return run


def found():
    return sorted({name for name, _ in faults()})


def without_constraints(sql, *params):
    """Write what the constraints would refuse, as a careless hand with a database tool could elsewhere."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(sql, params)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_sound_data_has_no_faults(run):
    out = StringIO()
    call_command("check_invariants", stdout=out, no_color=True)
    assert (found(), out.getvalue()) == ([], "All invariants hold.\n")


def test_the_command_prints_each_fault_and_fails(run):
    CourseRun.objects.filter(pk=run.pk).update(queue_length=7)
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=StringIO(), stderr=err, no_color=True)
    assert err.getvalue() == f"courses.counters: {run.class_no}: counts 7 waiting, 3 people wait\n"


def test_an_overbooked_run(run):
    first = run.enrolments.waiting().first()
    Enrolment.objects.filter(pk=first.pk).update(status="confirmed", ticket=None)
    assert found() == ["courses.counters", "courses.enrolment_history", "courses.overbooked"]


def test_counters_that_are_off(run):
    CourseRun.objects.filter(pk=run.pk).update(seats_taken=1)
    assert found() == ["courses.counters"]
    CourseRun.objects.filter(pk=run.pk).update(seats_taken=2, tickets_issued=1)
    assert found() == ["courses.counters"]


def test_a_free_seat_beside_a_queue(run):
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)
    assert found() == []  # the class has begun: the office decides
    coming = CourseRunFactory(full=True)
    EnrolmentFactory(run=coming, waitlisted=True)
    CourseRun.objects.filter(pk=coming.pk).update(capacity=2)
    assert found() == ["courses.free_seat_beside_queue"]


def test_a_queue_out_of_order(run):
    first = run.enrolments.waiting().first()
    late = EnrolmentEvent(
        enrolment=first, from_status="requested", to_status="waitlisted", at=timezone.now() + DAY, by=first.person
    )
    late.save()
    assert found() == ["courses.queue_order"]


def test_a_gap_in_the_queue(run):
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE courses_enrolment DROP CONSTRAINT ticket_only_while_waiting")
    first = run.enrolments.waiting().first()
    without_constraints("UPDATE courses_enrolment SET ticket = NULL WHERE id = %s", first.pk)
    assert found() == ["courses.queue_order"]


def test_a_double_enrolment(run):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_active_enrolment")
    twin = run.enrolments.first()
    copy = Enrolment.objects.create(run=run, person=twin.person, status="requested")
    EnrolmentEvent.objects.create(enrolment=copy, to_status="requested", at=timezone.now())
    assert found() == ["courses.double_enrolment"]


def test_an_enrolment_without_history(run):
    first = run.enrolments.first()
    Enrolment.objects.filter(pk=first.pk).update(status="completed")
    assert found() == ["courses.enrolment_history"]


def test_a_run_whose_dates_are_not_its_sessions(run):
    ClassSession.objects.create(run=run, starts_at=run.ends_at + DAY, ends_at=run.ends_at + 2 * DAY)
    assert found() == ["courses.run_dates"]


def test_a_mark_outside_the_roster(run):
    stranger, now = EnrolmentFactory(), timezone.now()
    mark_of_other = {"session": run.sessions.get(), "enrolment": stranger, "status": "present"}
    AttendanceEvent.objects.create(happened_at=now, recorded_at=now, by=stranger.person, **mark_of_other)
    AttendanceRecord.objects.create(minutes_earned=120, changed_at=now, changed_by=stranger.person, **mark_of_other)
    assert found() == ["courses.marks_outside_roster"]


def test_a_record_that_does_not_follow_its_marks(run):
    AttendanceRecord.objects.update(minutes_earned=999)
    assert found() == ["courses.records_follow_events"]


def test_a_marked_person_without_a_record(run):
    AttendanceRecord.objects.all().delete()
    assert found() == ["courses.records_follow_events"]


def test_a_double_record(run):
    record = AttendanceRecord.objects.get()
    _drop_unique("courses_attendancerecord", "one_record_per_person_and_session")
    record.pk += 1
    record.save(force_insert=True)
    assert found() == ["courses.double_marks"]


def _drop_unique(table, name):
    """Remove a table constraint; SQLite can only make the table anew without it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TABLE copy_of_it AS SELECT * FROM {table}")  # noqa: S608 - a fixed name
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"ALTER TABLE copy_of_it RENAME TO {table}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def test_two_units_at_once(run):
    person = run.enrolments.first().person
    today = timezone.localdate()
    Membership.objects.create(person=person, unit=UnitFactory(), start=today - 5 * DAY, end=today)
    assert found() == ["people.overlapping_memberships"]


@pytest.mark.parametrize(
    "fault", [{"recent": [[0, 9], [5, 12]]}, {"recent": [[0, 99]]}, {"clips": {"x": {"played": [[3, 3]]}}}]
)
def test_pieces_of_study_kept_twice(fault):
    progress = confirm(person=UserFactory(), lesson=LessonPageFactory())
    assert found() == []
    LessonProgress.objects.filter(pk=progress.pk).update(seconds=20, **fault)
    assert found() == ["courses.progress_pieces"]
