"""Marks from devices: kept once, whatever the order; refused with a reason that stays to be seen."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from core.invariants import faults
from courses.errors import MarkRefused, SyncRefused
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, RefusedMark
from courses.services.attendance import close_register, mark
from courses.services.sync import settle, sync
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def trainer():
    return UserFactory()


@pytest.fixture
def run(trainer):
    return CourseRunFactory(running=True, trainers=[trainer], capacity=60)


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def enrolment(run):
    return EnrolmentFactory(run=run)


def one(session, enrolment, status="present", name="phone-1", at=None, **more):
    at = (at or timezone.now()).isoformat()
    keys = {"session": session.pk, "enrolment": enrolment.pk, "client_id": name, "status": status}
    return {**keys, "happened_at": at, "recorded_at": at, "basis": [], "note": "", **more}


def batch(*marks, sent_at=None, device="phone"):
    return {"device": device, "sent_at": (sent_at or timezone.now()).isoformat(), "marks": list(marks)}


def codes(synced):
    return [(mark.client_id, mark.code) for mark in synced.refused]


def test_a_mark_is_kept_with_its_three_times_and_the_skew(session, enrolment, trainer):
    now = timezone.now()
    wrong = now + 180 * MINUTE
    item = one(session, enrolment, "late", at=wrong - MINUTE, note="堵车")
    synced = sync(data=batch(item, sent_at=wrong), by=trainer, at=now)
    event = AttendanceEvent.objects.get()
    assert (synced.kept, codes(synced)) == (["phone-1"], [])
    assert (event.recorded_at, event.received_at, event.skew) == (wrong - MINUTE, now, 180 * 60)
    assert (event.by, event.device, event.client_id, event.note) == (trainer, "phone", "phone-1", "堵车")
    assert list(faults()) == []


def test_the_answer_says_how_the_registers_stand(session, enrolment, trainer):
    other = EnrolmentFactory(run=session.run)
    mark(session=session, marks=[{"enrolment": other, "status": "absent", "client_id": "desk"}], by=trainer)
    synced = sync(data=batch(one(session, enrolment)), by=trainer)
    empty = {"late": 0, "early": 0, "note": "", "disputed": False}
    assert synced.state == {
        str(session.pk): {
            str(enrolment.pk): {**empty, "status": "present", "heads": ["phone-1"]},
            str(other.pk): {**empty, "status": "absent", "heads": ["desk"]},
        }
    }


def test_sending_again_changes_nothing(session, enrolment, trainer):
    data = batch(one(session, enrolment), one(session, enrolment))
    first, second = (sync(data=data, by=trainer) for _ in range(2))
    assert (first.kept, second.kept, AttendanceEvent.objects.count()) == (["phone-1"], ["phone-1"], 1)
    assert first.state == second.state


def test_two_devices_that_did_not_see_each_other_disagree(session, enrolment, trainer):
    other = UserFactory()
    session.trainers.add(other)
    sync(data=batch(one(session, enrolment, "absent", "a")), by=trainer)
    sync(data=batch(one(session, enrolment, "present", "b")), by=other)
    assert AttendanceRecord.objects.get().disputed is True


def refused(session, enrolment, trainer, **more):
    synced = sync(data=batch(one(session, enrolment, **more)), by=trainer)
    assert (synced.kept, AttendanceEvent.objects.filter(client_id="phone-1").count()) == ([], 0)
    return synced.refused[0]


def test_a_mark_for_a_closed_register_waits_to_be_seen(trainer):
    run = CourseRunFactory(finished=True, trainers=[trainer])
    enrolment, session = EnrolmentFactory(run=run), run.sessions.get()
    close_register(session=session, by=trainer, rest="absent")
    assert refused(session, enrolment, trainer, note="迟到").code == "register_closed"
    row = RefusedMark.objects.get()
    assert (row.session, row.enrolment, row.status, row.code, row.by, row.note, row.settled_at) == (
        session, enrolment, "present", "register_closed", trainer, "迟到", None,
    )  # fmt: skip


def test_what_was_kept_before_the_closing_is_kept(trainer):
    run = CourseRunFactory(finished=True, trainers=[trainer])
    enrolment, session = EnrolmentFactory(run=run), run.sessions.get()
    data = batch(one(session, enrolment))
    sync(data=data, by=trainer)
    close_register(session=session, by=trainer)
    assert sync(data=data, by=trainer).kept == ["phone-1"]
    assert RefusedMark.objects.count() == 0


def test_a_cancelled_session(session, enrolment, trainer):
    session.cancelled_at = timezone.now()
    session.save()
    assert refused(session, enrolment, trainer).code == "session_cancelled"


def test_a_session_that_is_not_open_yet(trainer):
    run = CourseRunFactory(trainers=[trainer])
    assert refused(run.sessions.get(), EnrolmentFactory(run=run), trainer).code == "session_not_begun"


def test_a_class_that_is_filed_away(trainer):
    run = CourseRunFactory(archived=True, trainers=[trainer])
    assert refused(run.sessions.get(), EnrolmentFactory(run=run), trainer).code == "run_not_editable"


def test_somebody_who_left_the_class(session, trainer):
    enrolment = EnrolmentFactory(run=session.run, withdrawn=True)
    assert refused(session, enrolment, trainer).code == "not_on_roster"
    assert RefusedMark.objects.get().enrolment == enrolment


def test_somebody_of_another_class_is_not_named(session, trainer):
    assert refused(session, EnrolmentFactory(), trainer).code == "not_on_roster"
    assert RefusedMark.objects.get().enrolment is None


def test_the_register_of_others_stays_as_it_was(enrolment, session):
    stranger = UserFactory()
    assert refused(session, enrolment, stranger).code == "not_found"
    assert (RefusedMark.objects.count(), sync(data=batch(one(session, enrolment)), by=stranger).state) == (0, {})


def test_an_id_that_another_person_has(session, enrolment, trainer):
    other = EnrolmentFactory(run=session.run)
    synced = sync(data=batch(one(session, enrolment), one(session, other)), by=trainer)
    assert (synced.kept, codes(synced)) == (["phone-1"], [("phone-1", "id_taken")])
    assert codes(sync(data=batch(one(session, other)), by=trainer)) == [("phone-1", "id_taken")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "asleep"}, {"status": "made_up"}, {"status": None}, {"status": []}, {"happened_at": "yesterday"},
        {"happened_at": "2026-11-28T09:00:00"}, {"recorded_at": "1970-01-01T00:00:00+00:00"}, {"recorded_at": 3},
        {"enrolment": "1"}, {"enrolment": True}, {"session": 2**63}, {"session": None}, {"basis": 3}, {"basis": ["你"]},
        {"note": "长" * 201},
    ],
)  # fmt: skip
def test_a_mark_that_makes_no_sense_is_refused_alone(session, enrolment, trainer, wrong):
    good = one(session, EnrolmentFactory(run=session.run), name="good")
    synced = sync(data=batch({**one(session, enrolment), **wrong}, good), by=trainer)
    assert (synced.kept, codes(synced)) == (["good"], [("phone-1", "damaged")])


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, "x", {"device": "d", "sent_at": "x", "marks": []}, {"device": "d", "marks": []},
        {"device": "d d", "sent_at": "2026-11-28T09:00:00+08:00", "marks": []},
        {"device": "d", "sent_at": "2026-11-28T09:00:00+08:00", "marks": [{}]},
        {"device": "d", "sent_at": "2026-11-28T09:00:00+08:00", "marks": [{"client_id": "你"}]},
        {"device": "d", "sent_at": "2026-11-28T09:00:00+08:00", "marks": [{"client_id": "x"}] * 501},
        {"device": "d", "sent_at": "2026-11-28T09:00:00+08:00", "marks": 7},
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(trainer, data):
    with pytest.raises(SyncRefused):
        sync(data=data, by=trainer)


def test_a_refused_mark_stays_refused_and_once(trainer, session):
    enrolment = EnrolmentFactory(run=session.run, withdrawn=True)
    for _ in range(2):
        refused(session, enrolment, trainer)
    enrolment.status = "confirmed"
    enrolment.save()
    assert refused(session, enrolment, trainer).code == "not_on_roster"
    assert RefusedMark.objects.count() == 1


def test_a_refused_mark_is_settled_once_by_whoever_keeps_the_register(trainer, session):
    refused(session, EnrolmentFactory(run=session.run, withdrawn=True), trainer)
    row, now = RefusedMark.objects.get(), timezone.now()
    with pytest.raises(MarkRefused):
        settle(mark=row, by=UserFactory())
    settle(mark=row, by=trainer, at=now)
    settle(mark=row, by=trainer)
    row.refresh_from_db()
    assert (row.settled_at, row.settled_by) == (now, trainer)
    assert ModelLogEntry.objects.filter(action="courses.mark_settled").count() == 1


@pytest.mark.parametrize("count", [1, 10])
def test_a_batch_takes_the_same_queries_for_any_number(run, trainer, count, django_assert_num_queries):
    AttendanceRules.load()
    sessions = [
        ClassSessionFactory(run=run, starts_at=run.starts_at - n * 180 * MINUTE, trainers=[trainer])
        for n in range(1, count + 1)
    ]
    marks = [one(row, EnrolmentFactory(run=run), name=f"m{row.pk}") for row in sessions]
    marks += [one(row, EnrolmentFactory(), name=f"x{row.pk}") for row in sessions]
    with django_assert_num_queries(17):
        assert len(sync(data=batch(*marks), by=trainer).kept) == count


# Whatever the order, however often, however late: one state


STATES = ("present", "late", "left_early", "on_leave", "absent", "cleared")
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "print_blob": True}


@st.composite
def logs(draw):
    """What three devices of two people wrote down, each seeing some marks of the others; then how it arrives."""
    marks = []
    for number in range(draw(st.integers(1, 12))):
        seen = draw(st.lists(st.sampled_from([row["client_id"] for row in marks]), unique=True)) if marks else []
        row = {"device": draw(st.integers(0, 2)), "person": draw(st.integers(0, 2)), "client_id": f"m{number}"}
        state = {"status": draw(st.sampled_from(STATES)), "minute": draw(st.integers(-200, 200)), "basis": seen}
        marks.append({**row, **state})
    return [marks, draw(arrivals(marks))]


@st.composite
def arrivals(draw, marks):
    """Batches of one device each; every mark comes at least once, some come again."""
    again = draw(st.lists(st.sampled_from(marks), max_size=6))
    queue = draw(st.permutations([*marks, *again]))
    batches = []
    while queue:
        size = draw(st.integers(1, len(queue)))
        batches.append(queue[:size])
        queue = queue[size:]
    return batches


class Stage:
    def __init__(self):
        self.owners = [UserFactory(), UserFactory()]
        self.run = CourseRunFactory(running=True, trainers=self.owners)
        self.session, self.now = self.run.sessions.get(), timezone.now()
        self.people = [EnrolmentFactory(run=self.run) for _ in range(3)]

    def outcome(self, batches):
        """Play the batches on an empty register; return how it stands, and leave it empty."""
        with transaction.atomic():
            for rows in batches:
                for device in range(3):
                    self.send(device, [row for row in rows if row["device"] == device])
            fields = [field.name for field in AttendanceRecord._meta.fields if field.name != "id"]
            found = list(AttendanceRecord.objects.order_by("enrolment").values(*fields))
            transaction.set_rollback(True)
        return found

    def send(self, device, rows):
        at = [self.session.starts_at + row["minute"] * MINUTE for row in rows]
        marks = [
            one(self.session, self.people[row["person"]], row["status"], row["client_id"], at=when, basis=row["basis"])
            for row, when in zip(rows, at, strict=True)
        ]
        if marks:  # two of the devices are one person's
            sync(data=batch(*marks, device=f"d{device}", sent_at=self.now), by=self.owners[device // 2], at=self.now)


def play(examples):
    stage = Stage()

    @settings(max_examples=examples, **QUIET)
    @given(logs())
    def same(log):
        marks, batches = log
        assert stage.outcome(batches) == stage.outcome([marks])

    same()


def test_shuffled_and_repeated_batches_end_alike():
    play(50)


@pytest.mark.slow
def test_a_thousand_shuffled_and_repeated_logs_end_alike():
    play(1000)
