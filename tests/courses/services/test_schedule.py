"""The sessions of a run."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from courses.errors import ReasonRefused, RunIncomplete, RunNotEditable, ScheduleRefused, SessionHasMarks
from courses.models import ClassSession
from courses.services.attendance import mark
from courses.services.schedule import cancel_session, save_schedule
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
START = datetime.datetime(2026, 12, 1, 9, 40, tzinfo=datetime.UTC)


@pytest.fixture
def office():
    return UserFactory()


def sitting(offset=0, length=1.5, **kwargs):
    start = START + offset * HOUR
    return ClassSession(starts_at=start, ends_at=start + length * HOUR, **kwargs)


def test_save_schedule_stores_sessions_trainers_and_the_run_s_dates(office):
    run, trainer = CourseRunFactory(planned=True, sessions=0), UserFactory()
    first, second = sitting(topic="公文格式"), sitting(24)
    first.trainer_ids = [trainer.pk]
    stored = save_schedule(run=run, sessions=[second, first], by=office)
    run.refresh_from_db()
    assert [row.topic for row in stored] == ["公文格式", ""]
    assert list(stored[0].trainers.all()) == [trainer]
    assert (run.starts_at, run.ends_at) == (START, START + 25.5 * HOUR)


def test_save_schedule_removes_what_is_left_out_and_keeps_trainers(office):
    run, trainer = CourseRunFactory(sessions=2), UserFactory()
    first, second = run.sessions.all()
    first.trainers.set([trainer])
    assert save_schedule(run=run, sessions=[first], by=office) == [first]
    assert not ClassSession.objects.filter(pk=second.pk).exists()
    assert list(first.trainers.all()) == [trainer]


def test_a_session_ends_after_it_begins(office):
    run = CourseRunFactory(sessions=1)
    kept = run.sessions.get()
    with pytest.raises(ValidationError) as error:
        save_schedule(run=run, sessions=[kept, sitting(length=0)], by=office)
    assert "ends_at" in error.value.message_dict
    assert list(run.sessions.all()) == [kept]


def test_sessions_of_one_run_do_not_overlap(office):
    run = CourseRunFactory(sessions=0, planned=True)
    with pytest.raises(ScheduleRefused):
        save_schedule(run=run, sessions=[sitting(0), sitting(1)], by=office)
    assert run.sessions.count() == 0


def test_a_published_run_keeps_a_session(office):
    run = CourseRunFactory(sessions=1)
    with pytest.raises(RunIncomplete):
        save_schedule(run=run, sessions=[], by=office)
    assert run.sessions.count() == 1


def test_a_marked_session_is_neither_moved_nor_removed_but_its_topic_may_change(office):
    run = CourseRunFactory(running=True)
    session = run.sessions.get()
    mark(session=session, marks=[{"enrolment": EnrolmentFactory(run=run), "status": "present"}], by=office)
    later = ClassSession(starts_at=session.ends_at + HOUR, ends_at=session.ends_at + 2 * HOUR)
    with pytest.raises(SessionHasMarks):
        save_schedule(run=run, sessions=[later], by=office)
    moved = ClassSession.objects.get(pk=session.pk)
    moved.starts_at -= HOUR
    with pytest.raises(SessionHasMarks):
        save_schedule(run=run, sessions=[moved], by=office)
    session.topic = "改后的主题"
    assert [row.topic for row in save_schedule(run=run, sessions=[session], by=office)] == ["改后的主题"]


def test_cancel_session_keeps_the_row_and_moves_the_run_s_end(office):
    run = CourseRunFactory(sessions=2)
    first, second = run.sessions.all()
    cancel_session(session=second, by=office, reason="停电")
    run.refresh_from_db()
    second.refresh_from_db()
    assert (second.is_cancelled, second.cancel_reason, run.ends_at) == (True, "停电", first.ends_at)


def test_cancel_session_twice_changes_nothing(office):
    run = CourseRunFactory(sessions=2)
    session = cancel_session(session=run.sessions.last(), by=office, reason="停电")
    again = cancel_session(session=session, by=office, reason="另一个原因")
    assert (again.cancel_reason, again.cancelled_at) == ("停电", session.cancelled_at)


def test_cancel_session_refusals(office):
    run = CourseRunFactory(sessions=2, starts_at=timezone.now() - HOUR)
    first, second = run.sessions.all()
    with pytest.raises(ReasonRefused):
        cancel_session(session=second, by=office, reason=" ")
    mark(session=first, marks=[{"enrolment": EnrolmentFactory(run=run), "status": "present"}], by=office)
    with pytest.raises(SessionHasMarks):
        cancel_session(session=first, by=office, reason="停电")
    only = CourseRunFactory(sessions=1).sessions.get()
    with pytest.raises(RunIncomplete):
        cancel_session(session=only, by=office, reason="停电")
    only.refresh_from_db()
    assert not only.is_cancelled


def test_a_whole_timetable_shifts_by_one_interval(office):
    run = CourseRunFactory(sessions=3)
    before = list(run.sessions.all())
    for session in before:
        session.starts_at += 24 * HOUR
        session.ends_at += 24 * HOUR
    save_schedule(run=run, sessions=before, by=office)
    run.refresh_from_db()
    assert [row.starts_at for row in run.sessions.all()] == [row.starts_at for row in before]
    assert (run.starts_at, run.ends_at) == (before[0].starts_at, before[-1].ends_at)


def test_a_cancelled_session_leaves_its_hour_free(office):
    run = CourseRunFactory(sessions=2)
    gone = cancel_session(session=run.sessions.last(), by=office, reason="停电")
    fresh = ClassSession(starts_at=gone.starts_at, ends_at=gone.ends_at)
    assert len(save_schedule(run=run, sessions=[*run.sessions.all(), fresh], by=office)) == 3


def test_a_session_of_another_run_is_not_taken_over(office):
    run, other = CourseRunFactory(), CourseRunFactory()
    stray = other.sessions.get()
    with pytest.raises(ScheduleRefused):
        save_schedule(run=run, sessions=[run.sessions.get(), stray], by=office)
    stray.refresh_from_db()
    assert stray.run == other


@pytest.mark.parametrize("state", ["archived", "cancelled"])
def test_a_frozen_run_keeps_its_timetable(office, state):
    run = CourseRunFactory(**{state: True})
    with pytest.raises(RunNotEditable):
        save_schedule(run=run, sessions=[], by=office)
    with pytest.raises(RunNotEditable):
        cancel_session(session=run.sessions.get(), by=office, reason="停电")
