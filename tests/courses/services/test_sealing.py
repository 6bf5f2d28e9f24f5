"""Closing a register: what it asks for, what it writes down, what no longer changes after it."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.db import guards
from core.invariants import faults
from courses.errors import ClosingRefused, RegisterClosed, RunNotEditable, SessionCancelled
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, EnrolmentEvent, RegisterSeal, SealedEvent
from courses.services.attendance import close_register, mark
from courses.services.verifying import faults as false_rows
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def run():
    return CourseRunFactory(finished=True, sessions=2)


@pytest.fixture
def session(run):
    return run.sessions.first()


@pytest.fixture
def trainer():
    return UserFactory()


@pytest.fixture
def people(run):
    return [EnrolmentFactory(run=run) for _ in range(3)]


def marked(session, trainer, *statuses):
    rows = session.run.enrolments.order_by("pk")
    marks = [{"enrolment": row, "status": status} for row, status in zip(rows, statuses, strict=False)]
    mark(session=session, marks=marks, by=trainer)


def test_closing_writes_the_outcome_down(session, trainer, people):
    marked(session, trainer, "present", "absent", "on_leave")
    seal = close_register(session=session, by=trainer, head_count=1)
    session.refresh_from_db()
    assert seal.outcome == [
        [people[0].pk, "present", 0, 0, 120],
        [people[1].pk, "absent", 0, 0, 0],
        [people[2].pk, "on_leave", 0, 0, 0],
    ]
    assert (seal.number, seal.kind, seal.previous, seal.events_count, seal.by) == (1, "closing", "", 3, trainer)
    assert (session.closed_at, session.closed_by, session.head_count) == (seal.at, trainer, 1)
    assert ModelLogEntry.objects.filter(action="courses.register_closed").count() == 1
    assert list(false_rows()) == []
    assert list(faults()) == []


def test_the_seals_of_a_class_are_one_chain(run, session, trainer, people):
    second = run.sessions.last()
    seals = []
    for one in (second, session):  # in the order in which they close, not in that of the timetable
        marked(one, trainer, "present", "present", "present")
        seals.append(close_register(session=one, by=trainer))
    assert [(seal.session, seal.number, seal.previous) for seal in seals] == [
        (second, 1, ""),
        (session, 2, seals[0].digest),
    ]
    assert list(false_rows(run=run.pk)) == []


def test_closing_twice_is_closing_once(session, trainer, people):
    marked(session, trainer, "present", "present", "present")
    assert close_register(session=session, by=trainer) == close_register(session=session, by=UserFactory())
    assert RegisterSeal.objects.count() == 1


def test_a_register_without_people_closes(session, trainer):
    assert close_register(session=session, by=trainer).outcome == []
    assert list(false_rows()) == []


def test_who_is_not_marked_keeps_it_open_or_is_marked_absent(session, trainer, people):
    marked(session, trainer, "present")
    with pytest.raises(ClosingRefused, match="2"):
        close_register(session=session, by=trainer)
    close_register(session=session, by=trainer, rest="absent")
    found = AttendanceRecord.objects.order_by("enrolment").values_list("status", flat=True)
    assert list(found) == ["present", "absent", "absent"]


def test_a_dispute_keeps_it_open(session, trainer, people):
    marked(session, trainer, "present", "present", "present")
    item = {"enrolment": people[0], "status": "absent", "basis": []}
    mark(session=session, marks=[item], by=UserFactory())
    with pytest.raises(ClosingRefused):
        close_register(session=session, by=trainer)
    assert (RegisterSeal.objects.count(), ClassSession.objects.filter(closed_at__isnull=False).count()) == (0, 0)


def test_another_number_of_heads_needs_a_word(session, trainer, people):
    marked(session, trainer, "present", "late", "absent")
    with pytest.raises(ClosingRefused):
        close_register(session=session, by=trainer, head_count=3)
    seal = close_register(session=session, by=trainer, head_count=3, note="一名旁听人员")
    assert seal.head_count == 3
    assert ModelLogEntry.objects.get(action="courses.register_closed").data["note"] == "一名旁听人员"


def test_it_closes_from_shortly_before_the_end_on(trainer):
    session = CourseRunFactory().sessions.get()
    with pytest.raises(ClosingRefused):
        close_register(session=session, by=trainer, at=session.ends_at - 11 * MINUTE)
    assert close_register(session=session, by=trainer, at=session.ends_at - 10 * MINUTE).number == 1


def test_a_cancelled_session_is_not_closed(session, trainer):
    ClassSession.objects.update(cancelled_at=timezone.now())
    with pytest.raises(SessionCancelled):
        close_register(session=session, by=trainer)


def test_a_class_that_is_filed_away_is_not_closed(trainer):
    session = CourseRunFactory(archived=True).sessions.get()
    with pytest.raises(RunNotEditable):
        close_register(session=session, by=trainer)


def test_nobody_is_marked_afterwards(session, trainer, people):
    marked(session, trainer, "present", "present", "present")
    close_register(session=session, by=trainer)
    with pytest.raises(RegisterClosed):
        marked(session, trainer, "absent")
    assert AttendanceEvent.objects.count() == 3


# The database refuses too


@pytest.fixture
def closed(session, trainer, people):
    marked(session, trainer, "present", "present", "present")
    return close_register(session=session, by=trainer)


@pytest.mark.parametrize("model", [AttendanceEvent, EnrolmentEvent, RegisterSeal, SealedEvent])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_evidence(closed, model, change):
    rows, table = QuerySet(model), model._meta.db_table
    statement = {"update": f"UPDATE {table} SET id = id + 1000", "delete": f"DELETE FROM {table}"}[change]  # noqa: S608
    before = list(rows.values())
    with pytest.raises(DatabaseError, match="evidence is never changed"), transaction.atomic():
        _execute(statement, [])
    assert list(rows.values()) == before


@pytest.mark.sqlite
def test_sqlite_refuses_to_put_a_row_in_the_place_of_another(closed):
    event = AttendanceEvent.objects.first()
    with pytest.raises(DatabaseError, match="evidence is never changed"), transaction.atomic():
        _execute(
            "INSERT OR REPLACE INTO courses_attendanceevent SELECT * FROM courses_attendanceevent WHERE id = %s",
            [event.pk],
        )


@pytest.mark.postgresql
def test_postgresql_refuses_to_empty_the_table(closed):
    _execute("SET CONSTRAINTS ALL IMMEDIATE", [])  # what is checked at the end of a transaction forbids it as well
    with pytest.raises(DatabaseError, match="evidence is never changed"), transaction.atomic():
        _execute("TRUNCATE courses_sealedevent", [])


def _execute(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_missing_triggers_are_a_broken_invariant(closed):
    guards.remove()
    names = [name for name, _ in faults()]
    guards.install()
    assert names == ["core.evidence_is_guarded"] * 4
    assert list(faults()) == []


def test_the_guard_comes_back_after_a_change_that_was_announced(closed):
    with guards.taken_off():
        QuerySet(AttendanceEvent).update(note="")
    with pytest.raises(DatabaseError), transaction.atomic():
        QuerySet(AttendanceEvent).update(note="")


@pytest.mark.parametrize("count", [1, 10])
def test_closing_takes_the_same_queries_for_any_number(run, session, trainer, count, django_assert_num_queries):
    EnrolmentFactory.create_batch(count, run=run)
    with django_assert_num_queries(25):
        close_register(session=session, by=trainer, rest="absent", head_count=0)


def test_public_ids_cannot_be_guessed_from_each_other(closed):
    assert uuid.UUID(str(closed.public_id)).version == 4
