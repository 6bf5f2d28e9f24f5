"""Every way that marking can end, and what the marks add up to."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.db.append_only import AppendOnlyError
from core.invariants import faults
from courses.errors import MarkRefused, NotOnRoster, RegisterClosed, RunNotEditable, SessionCancelled, SessionNotBegun
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, ClassSession
from courses.services.attendance import decide, mark, mark_rest
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


@pytest.fixture
def enrolment(run):
    return EnrolmentFactory(run=run)


def outcome(record):
    return record.status, record.minutes_late, record.minutes_early, record.minutes_earned


def test_everybody_present_in_one_call(run, session, trainer):
    people = [EnrolmentFactory(run=run) for _ in range(3)]
    records = mark(session=session, marks=[{"enrolment": row, "status": "present"} for row in people], by=trainer)
    assert [(row.enrolment_id, *outcome(row)) for row in records] == [
        (person.pk, "present", 0, 0, 120) for person in people
    ]
    assert AttendanceEvent.objects.count() == 3


def test_late_minutes_come_from_the_arrival(session, enrolment, trainer):
    arrival = session.starts_at + 9 * MINUTE + datetime.timedelta(seconds=1)
    (record,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": arrival}], by=trainer
    )
    assert outcome(record) == ("late", 10, 0, 110)


def test_left_early_minutes_come_from_the_leaving_and_keep_the_late_ones(session, enrolment, trainer):
    late = {"enrolment": enrolment, "status": "late", "happened_at": session.starts_at + 5 * MINUTE}
    left = {"enrolment": enrolment, "status": "left_early", "happened_at": session.ends_at - 12 * MINUTE}
    mark(session=session, marks=[late], by=trainer)
    (record,) = mark(session=session, marks=[left], by=trainer)
    assert outcome(record) == ("left_early", 5, 12, 103)


@pytest.mark.parametrize(("minutes", "earned"), [(15, 105), (16, 0)])
def test_beyond_the_limit_counts_as_absent(session, enrolment, trainer, minutes, earned):
    arrival = session.starts_at + minutes * MINUTE
    (record,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": arrival}], by=trainer
    )
    assert (outcome(record), record.counts_as_absent) == (("late", minutes, 0, earned), earned == 0)


def test_the_limit_is_a_setting(session, enrolment, trainer):
    AttendanceRules.objects.update_or_create(pk=AttendanceRules.load().pk, defaults={"absent_after_minutes": 30})
    arrival = session.starts_at + 20 * MINUTE
    (record,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": arrival}], by=trainer
    )
    assert outcome(record) == ("late", 20, 0, 100)


@pytest.mark.parametrize("status", ["on_leave", "official_duty", "absent", "made_up", "cleared"])
def test_other_marks_earn_no_minutes_and_replace_what_was(session, enrolment, trainer, status):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "late"}], by=trainer)
    (record,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": status, "note": "电话请假"}], by=trainer
    )
    assert (*outcome(record), record.note) == (status, 0, 0, 0, "电话请假")


def test_minutes_stay_within_the_session(session, enrolment, trainer):
    before, after = session.starts_at - 30 * MINUTE, session.ends_at + 30 * MINUTE
    (early,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": before}], by=trainer
    )
    assert outcome(early) == ("late", 0, 0, 120)
    (never,) = mark(
        session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": after}], by=trainer
    )
    assert outcome(never) == ("late", 120, 0, 0)


def test_a_client_id_seen_before_changes_nothing(session, enrolment, trainer):
    first = {"enrolment": enrolment, "status": "present", "client_id": "phone-1"}
    mark(session=session, marks=[first], by=trainer)
    (stored,) = mark(session=session, marks=[{**first, "status": "absent"}], by=UserFactory())
    assert (stored.status, stored.changed_by, AttendanceEvent.objects.count()) == ("present", trainer, 1)


def test_a_client_id_twice_in_one_batch_is_one_mark(session, enrolment, trainer):
    item = {"enrolment": enrolment, "status": "present", "client_id": "phone-1"}
    records = mark(session=session, marks=[item, item], by=trainer)
    assert (len(records), AttendanceEvent.objects.count()) == (2, 1)


def test_two_trainers_both_marks_stay_and_the_later_one_stands(session, enrolment, trainer):
    other, now = UserFactory(), timezone.now()
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=trainer, at=now)
    (record,) = mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=other, at=now + MINUTE)
    assert (record.status, record.changed_by) == ("present", other)
    assert [row.by for row in AttendanceEvent.objects.all()] == [trainer, other]


def test_the_order_of_recording_counts_not_that_of_arrival(session, enrolment, trainer):
    now = timezone.now()
    mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=trainer, at=now)
    (record,) = mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=trainer, at=now - MINUTE)
    assert record.status == "present"


def test_a_later_setting_changes_no_history(run, session, enrolment, trainer):
    arrival = session.starts_at + 20 * MINUTE
    late = {"status": "late", "happened_at": arrival}
    mark(session=session, marks=[{"enrolment": enrolment, **late}], by=trainer)
    AttendanceRules.objects.update(absent_after_minutes=30)
    (again,) = mark(session=session, marks=[{"enrolment": EnrolmentFactory(run=run), **late}], by=trainer)
    assert (again.minutes_earned, again.counts_as_absent) == (0, True)
    assert list(faults()) == []


def test_a_client_id_of_somebody_else_is_refused(run, session, enrolment, trainer):
    other = EnrolmentFactory(run=run)
    mark(session=session, marks=[{"enrolment": enrolment, "status": "present", "client_id": "c"}], by=trainer)
    with pytest.raises(MarkRefused):
        mark(session=session, marks=[{"enrolment": other, "status": "present", "client_id": "c"}], by=trainer)
    batch = [{"enrolment": row, "status": "present", "client_id": "d"} for row in (enrolment, other)]
    with pytest.raises(MarkRefused):
        mark(session=session, marks=batch, by=trainer)
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("state", ["archived", "cancelled"])
def test_a_run_that_is_filed_away_or_cancelled_is_not_marked(trainer, state):
    run = CourseRunFactory(finished=True, **{state: True})
    enrolment = EnrolmentFactory(run=run)
    with pytest.raises(RunNotEditable):
        mark(session=run.sessions.get(), marks=[{"enrolment": enrolment, "status": "present"}], by=trainer)


def test_mark_rest_leaves_those_who_are_marked(run, session, trainer):
    absent, waiting, cleared = (EnrolmentFactory(run=run) for _ in range(3))
    EnrolmentFactory(run=run, withdrawn=True)
    marks = [{"enrolment": absent, "status": "absent"}, {"enrolment": cleared, "status": "cleared"}]
    mark(session=session, marks=marks, by=trainer, at=timezone.now() - MINUTE)
    records = mark_rest(session=session, by=trainer, press="one-press")
    assert {row.enrolment_id: row.status for row in records} == {waiting.pk: "present", cleared.pk: "present"}
    assert mark_rest(session=session, by=trainer, press="one-press") == []
    assert AttendanceRecord.objects.get(enrolment=absent).status == "absent"


def test_nobody_of_another_class_is_marked_and_nothing_is_saved(session, enrolment, trainer):
    stranger = EnrolmentFactory()
    marks = [{"enrolment": enrolment, "status": "present"}, {"enrolment": stranger, "status": "present"}]
    with pytest.raises(NotOnRoster):
        mark(session=session, marks=marks, by=trainer)
    assert (AttendanceEvent.objects.count(), AttendanceRecord.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", ["withdrawn", "waitlisted", "requested", "declined"])
def test_only_the_roster_is_marked(run, session, trainer, status):
    with pytest.raises(NotOnRoster):
        mark(
            session=session,
            marks=[{"enrolment": EnrolmentFactory(run=run, status=status), "status": "present"}],
            by=trainer,
        )


def test_an_unknown_enrolment_is_refused(session, trainer):
    with pytest.raises(NotOnRoster):
        mark(session=session, marks=[{"enrolment": 987654, "status": "present"}], by=trainer)


def test_a_cancelled_session_is_refused(session, enrolment, trainer):
    session.cancelled_at = timezone.now()
    session.save()
    with pytest.raises(SessionCancelled):
        mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=trainer)


def test_the_register_opens_before_the_start(trainer):
    run = CourseRunFactory()
    enrolment, session = EnrolmentFactory(run=run), run.sessions.get()
    marks = [{"enrolment": enrolment, "status": "present"}]
    with pytest.raises(SessionNotBegun):
        mark(session=session, marks=marks, by=trainer, at=session.starts_at - 16 * MINUTE)
    (record,) = mark(session=session, marks=marks, by=trainer, at=session.starts_at - 15 * MINUTE)
    assert record.status == "present"


@pytest.mark.parametrize(
    "item",
    [
        {"status": "asleep"},
        {"status": ""},
        {"status": "present", "note": "长" * 201},
        {"status": "present", "client_id": "x" * 65},
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(session, enrolment, trainer, item):
    with pytest.raises(MarkRefused):
        mark(session=session, marks=[{"enrolment": enrolment, **item}], by=trainer)
    assert AttendanceEvent.objects.count() == 0


def test_no_marks_is_no_change(session, trainer):
    assert mark(session=session, marks=[], by=trainer) == []


@pytest.mark.parametrize("count", [1, 10])
def test_marking_takes_the_same_queries_for_any_number(run, session, trainer, count, django_assert_num_queries):
    AttendanceRules.load()
    marks = [{"enrolment": EnrolmentFactory(run=run), "status": "present", "client_id": f"c{n}"} for n in range(count)]
    with django_assert_num_queries(10):
        mark(session=session, marks=marks, by=trainer)


def test_events_cannot_be_changed_or_deleted(session, enrolment, trainer):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=trainer)
    event = AttendanceEvent.objects.get()
    for change in (event.save, event.delete, AttendanceEvent.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        AttendanceEvent.objects.update(status="absent")


# Two hands


def test_a_mark_says_what_it_replaces(session, enrolment, trainer):
    first = {"enrolment": enrolment, "status": "absent", "client_id": "a"}
    mark(session=session, marks=[first], by=trainer)
    mark(session=session, marks=[{"enrolment": enrolment, "status": "late", "client_id": "b"}], by=UserFactory())
    assert [row.basis for row in AttendanceEvent.objects.order_by("pk")] == [[], ["a"]]


def disputed(session, enrolment, trainer, other):
    """Two people mark the same person, neither sees the mark of the other."""
    for by, status, name in ((trainer, "absent", "a"), (other, "late", "b")):
        item = {"enrolment": enrolment, "status": status, "client_id": name, "basis": []}
        (record,) = mark(session=session, marks=[item], by=by)
    return record


def test_two_who_do_not_see_each_other_are_found_out(session, enrolment, trainer):
    record = disputed(session, enrolment, trainer, UserFactory())
    assert (record.status, record.disputed) == ("late", True)


def test_a_decision_settles_it_and_both_marks_stay(session, enrolment, trainer):
    disputed(session, enrolment, trainer, UserFactory())
    record = decide(session=session, enrolment=enrolment, status="absent", by=trainer, head="a")
    last = AttendanceEvent.objects.order_by("pk").last()
    assert (record.status, record.disputed) == ("absent", False)
    assert (last.source, last.basis, AttendanceEvent.objects.count()) == ("decision", ["a", "b"], 3)
    assert ModelLogEntry.objects.filter(action="courses.attendance_decided").count() == 1


def test_deciding_the_same_again_changes_nothing_and_otherwise_is_refused(session, enrolment, trainer):
    disputed(session, enrolment, trainer, UserFactory())
    for _ in range(2):
        decide(session=session, enrolment=enrolment, status="absent", by=trainer)
    with pytest.raises(MarkRefused):
        decide(session=session, enrolment=enrolment, status="late", by=trainer)
    assert AttendanceEvent.objects.count() == 3


def test_a_closed_register_is_not_marked(session, enrolment, trainer):
    ClassSession.objects.update(closed_at=timezone.now(), closed_by=trainer)
    with pytest.raises(RegisterClosed):
        mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=trainer)
    assert AttendanceEvent.objects.count() == 0
