"""Making, changing and ending a run."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.enums import RunStatus
from courses.errors import (
    CapacityBelowSeatsTaken,
    CourseNotChangeable,
    ReasonRefused,
    RunIncomplete,
    RunNotEditable,
    TransitionRefused,
)
from courses.models import CourseRun
from courses.services import runs
from courses.services.runs import RUN_TRANSITIONS, next_intake, save_run, set_capacity, suggest_number
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return UserFactory()


def logged(run):
    return [entry.action for entry in ModelLogEntry.objects.for_instance(run).order_by("pk")]


def test_save_run_stores_a_new_one_with_an_audit_entry(office):
    course = CoursePageFactory(code="XZ-01")
    run = CourseRun(
        course=course, class_no="2026-XZ-01-01", year=2026, intake_no=1, capacity=40, organiser=UnitFactory()
    )
    save_run(run=run, by=office)
    assert (run.pk is not None, run.status, logged(run)) == (True, "planned", ["courses.run_created"])


def test_save_run_refuses_a_class_number_in_use(office):
    taken = CourseRunFactory()
    run = CourseRun(
        course=taken.course, class_no=taken.class_no, year=2030, intake_no=9, capacity=1, organiser=taken.organiser
    )
    with pytest.raises(ValidationError) as error:
        save_run(run=run, by=office)
    assert set(error.value.message_dict) == {"class_no"}


def test_save_run_refuses_a_window_that_closes_before_it_opens(office):
    run = CourseRunFactory()
    run.sign_up_closes_at = run.sign_up_opens_at - datetime.timedelta(minutes=1)
    with pytest.raises(ValidationError):
        save_run(run=run, by=office)


def test_save_run_does_not_write_back_stale_counters(office):
    run = CourseRunFactory(capacity=5)
    stale = CourseRun.objects.get(pk=run.pk)
    EnrolmentFactory(run=run)
    stale.venue = "二楼会议室"
    save_run(run=stale, by=office)
    run.refresh_from_db()
    assert (run.venue, run.seats_taken) == ("二楼会议室", 1)


def test_more_seats_go_to_the_queue_at_once(office):
    run = CourseRunFactory(full=True)
    waiting = [EnrolmentFactory(run=run, waitlisted=True) for _ in range(3)]
    set_capacity(run=run, capacity=3, by=office)
    assert [row.status for row in map(_fresh, waiting)] == ["offered", "offered", "waitlisted"]
    run.refresh_from_db()
    assert (run.capacity, run.seats_taken, run.queue_length) == (3, 3, 1)


def _fresh(row):
    row.refresh_from_db()
    return row


def test_fewer_seats_than_people_are_refused(office):
    run = CourseRunFactory(capacity=5)
    for _ in range(3):
        EnrolmentFactory(run=run)
    with pytest.raises(CapacityBelowSeatsTaken, match="3"):
        set_capacity(run=run, capacity=2, by=office)
    run.refresh_from_db()
    assert (run.capacity, run.seats_taken) == (5, 3)


@pytest.mark.parametrize("state", ["cancelled", "archived"])
def test_a_frozen_run_is_not_edited(office, state):
    run = CourseRunFactory(**{state: True})
    with pytest.raises(RunNotEditable):
        set_capacity(run=run, capacity=99, by=office)


MOVES = {
    RunStatus.READY: runs.mark_ready,
    RunStatus.PUBLISHED: runs.publish,
    RunStatus.CONCLUDED: runs.conclude,
    RunStatus.ARCHIVED: runs.archive,
}
REASONED = {RunStatus.POSTPONED: runs.postpone, RunStatus.CANCELLED: runs.cancel}


@pytest.mark.parametrize("before", RunStatus)
@pytest.mark.parametrize("after", [*MOVES, *REASONED])
def test_every_move_follows_the_table(office, before, after):
    run = CourseRunFactory(status=before)
    reason = {"reason": "教师临时出差"} if after in REASONED else {}
    move = {**MOVES, **REASONED}[after]
    if after in RUN_TRANSITIONS[before]:
        assert move(run=run, by=office, **reason).status == after
        assert logged(run) == ["courses.run_status"]
    else:
        with pytest.raises(TransitionRefused):
            move(run=run, by=office, **reason)
        assert (_fresh(run).status, logged(run)) == (before, [])


@pytest.mark.parametrize("move", REASONED.values())
def test_cancelling_and_postponing_need_a_reason(office, move):
    with pytest.raises(RunIncomplete):
        move(run=CourseRunFactory(), by=office, reason="  ")


def test_a_reason_has_a_length(office):
    with pytest.raises(ReasonRefused):
        runs.cancel(run=CourseRunFactory(), by=office, reason="长" * 201)


def test_the_window_of_a_published_run_is_not_cleared(office):
    run = CourseRunFactory()
    run.sign_up_opens_at = None
    with pytest.raises(ValidationError):
        save_run(run=run, by=office)
    assert _fresh(run).sign_up_opens_at is not None


def test_the_course_stays_once_somebody_signed_up(office):
    run, other = CourseRunFactory(), CoursePageFactory()
    run.course = other
    assert save_run(run=run, by=office).course == other
    EnrolmentFactory(run=run)
    run.course = CoursePageFactory()
    with pytest.raises(CourseNotChangeable):
        save_run(run=run, by=office)
    assert _fresh(run).course == other


def test_publishing_needs_a_session_and_a_window(office):
    without_session = CourseRunFactory(planned=True, sessions=0)
    CourseRun.objects.filter(pk=without_session.pk).update(starts_at=None, ends_at=None)
    without_window = CourseRunFactory(planned=True, sign_up_opens_at=None, sign_up_closes_at=None)
    for run in (without_session, without_window):
        with pytest.raises(RunIncomplete):
            runs.publish(run=run, by=office)
        assert _fresh(run).status == "planned"


def test_publishing_again_after_postponing_fills_free_seats(office):
    run = CourseRunFactory(full=True)
    waiting = EnrolmentFactory(run=run, waitlisted=True)
    runs.postpone(run=run, by=office, reason="场地维修")
    set_capacity(run=run, capacity=2, by=office)
    assert _fresh(waiting).status == "waitlisted"
    runs.publish(run=run, by=office)
    assert _fresh(waiting).status == "offered"


def test_numbers_are_suggested():
    run = CourseRunFactory(year=2026, intake_no=3)
    assert suggest_number("XZ-01", 2026, 2) == "2026-XZ-01-02"
    assert next_intake(run.course_id, datetime.date(2026, 5, 1)) == 4
    assert next_intake(run.course_id, datetime.date(2027, 1, 4)) == 1
    assert timezone.localtime(run.starts_at).tzname() == "CST"
