"""Direct changes in the database, with the triggers taken off: each is found, and a false mark is named."""

import datetime
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.db import guards
from courses import jobs
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, RegisterSeal, SealedEvent
from courses.services import canonical
from courses.services.attendance import close_register, mark
from courses.services.chain_heads import compare_heads, export_heads
from courses.services.marking import make_event, store
from courses.services.sealing import add_seal
from courses.services.verifying import faults
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
Events, Seals, Sealed = QuerySet(AttendanceEvent), QuerySet(RegisterSeal), QuerySet(SealedEvent)


class Registers:
    """A class with two closed registers, the first corrected after both were closed; and the open one of another."""

    def __init__(self):
        self.trainer, self.office = UserFactory(), UserFactory()
        self.run = CourseRunFactory(finished=True, sessions=2)
        self.people = [EnrolmentFactory(run=self.run) for _ in range(3)]
        self.first, self.second = self.run.sessions.all()
        self.other = CourseRunFactory(finished=True).sessions.get()
        self.stranger = EnrolmentFactory(run=self.other.run)
        for session in (self.first, self.second):
            self.mark(session)
        self.correct()
        self.events = list(Events.filter(session=self.first).order_by("pk"))
        self.seals = list(Seals.order_by("number"))

    def mark(self, session):
        marks = [{"enrolment": row, "status": "present", "device": "d"} for row in self.people]
        mark(session=session, marks=marks, by=self.trainer)
        close_register(session=session, by=self.trainer, head_count=3)

    def correct(self):
        item = {
            "enrolment": self.people[0],
            "status": "absent",
            "was": "present",
            "note": "看错了",
            "countersigned_by": self.office,
        }
        event = make_event(self.first, item, self.trainer, timezone.now(), "correction")
        store({self.first.pk: self.first}, [event])
        add_seal(session=self.first, kind="correction", by=self.office, at=timezone.now())


@pytest.fixture
def registers():
    return Registers()


@pytest.fixture
def tampering():
    """What is done inside never reaches the end of a transaction, where foreign keys would be checked."""
    with transaction.atomic():
        guards.remove()
        yield
        transaction.set_rollback(True)


def found():
    return list(faults())


def test_nothing_is_false_where_nothing_was_changed(registers):
    assert found() == []
    call_command("verify_registers")


# Edits


EDITS = {
    "session": lambda r, e: r.other,
    "enrolment": lambda r, e: r.stranger,
    "status": lambda r, e: "late",
    "happened_at": lambda r, e: e.happened_at + DAY,
    "recorded_at": lambda r, e: e.recorded_at - datetime.timedelta(microseconds=1),
    "received_at": lambda r, e: e.received_at.replace(microsecond=0),
    "by": lambda r, e: r.office if e.by == r.trainer and not e.countersigned_by else UserFactory(),
    "source": lambda r, e: "paper",
    "device": lambda r, e: "other",
    "client_id": lambda r, e: "other",
    "basis": lambda r, e: ["other"],
    "skew": lambda r, e: 1,
    "was": lambda r, e: "absent",
    "countersigned_by": lambda r, e: UserFactory(),
    "note": lambda r, e: "改过",
}


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("field", EDITS)
def test_an_edited_mark_is_named(registers, tampering, field, place):
    event = registers.events[place]
    Events.filter(pk=event.pk).update(**{field: EDITS[field](registers, event)})
    first = found()[0]
    assert (first.run, first.session, first.event) == (registers.run.pk, registers.first.pk, event.pk)


SEAL_EDITS = {
    "run": lambda r: r.other.run,
    "session": lambda r: r.other,
    "number": lambda r: 9,
    "public_id": lambda r: uuid.uuid4(),
    "previous": lambda r: "0" * 64,
    "digest": lambda r: "0" * 64,
    "events_count": lambda r: 8,
    "outcome": lambda r: [],
    "head_count": lambda r: 2,
    "by": lambda r: UserFactory(),
    "at": lambda r: timezone.now() - DAY,
}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("field", SEAL_EDITS)
def test_an_edited_seal_is_named(registers, tampering, field, place):
    seal = registers.seals[place]
    Seals.filter(pk=seal.pk).update(**{field: SEAL_EDITS[field](registers)})
    named = {fault.seal for fault in found()}
    assert named & {seal.number, seal.number + 1, 9}
    with pytest.raises(CommandError):
        call_command("verify_registers")


def test_a_correction_made_a_closing_is_found(registers, tampering):
    Seals.filter(pk=registers.seals[1].pk).update(kind="correction")
    assert found()


@pytest.mark.parametrize("field", ["digest", "position", "event"])
def test_an_edited_link_between_mark_and_seal_is_found(registers, tampering, field):
    link = Sealed.get(event=registers.events[1])
    loose = Events.create(**_values(registers.events[1], session=registers.other, client_id="x"))
    value = {"digest": "0" * 64, "position": 17, "event": loose}[field]
    Sealed.filter(pk=link.pk).update(**{field: value})
    assert registers.seals[0].number in {fault.seal for fault in found()}


@pytest.mark.parametrize("field", ["closed_at", "closed_by", "head_count"])
def test_an_edited_session_is_found(registers, tampering, field):
    value = {"closed_at": timezone.now(), "closed_by": registers.office, "head_count": 7}[field]
    ClassSession.objects.filter(pk=registers.first.pk).update(**{field: value})
    assert [fault.session for fault in found()] == [registers.first.pk]


def test_a_register_opened_again_is_found(registers, tampering):
    ClassSession.objects.filter(pk=registers.first.pk).update(closed_at=None, closed_by=None, head_count=None)
    assert registers.first.pk in {fault.session for fault in found()}


@pytest.mark.parametrize("field", ["status", "minutes_late", "minutes_early", "minutes_earned", "enrolment"])
def test_an_edited_record_is_found(registers, field):
    value = {"status": "late", "enrolment": registers.stranger}.get(field, 7)
    AttendanceRecord.objects.filter(session=registers.first, enrolment=registers.people[1]).update(**{field: value})
    assert [fault.session for fault in found()] == [registers.first.pk]


# Rows that are gone, added, swapped


@pytest.mark.parametrize("place", range(4))
def test_a_deleted_mark_is_named(registers, tampering, place):
    event = registers.events[place]
    Events.filter(pk=event.pk)._raw_delete("default")
    assert [fault.event for fault in found()] == [event.pk]


@pytest.mark.parametrize("place", range(4))
def test_a_mark_deleted_with_its_seal_row_is_found(registers, tampering, place):
    event = registers.events[place]
    Sealed.filter(event=event)._raw_delete("default")
    Events.filter(pk=event.pk)._raw_delete("default")
    assert {fault.session for fault in found()} == {registers.first.pk}


@pytest.mark.parametrize("place", range(3))
def test_a_deleted_seal_is_found(registers, tampering, place):
    seal = registers.seals[place]
    Sealed.filter(seal=seal)._raw_delete("default")
    Seals.filter(pk=seal.pk)._raw_delete("default")
    assert found()


def _values(event, **changes):
    fields = {
        field.attname: getattr(event, field.attname) for field in AttendanceEvent._meta.fields if field.name != "id"
    }
    for name, value in changes.items():
        fields.pop(f"{name}_id", None)
        fields[name] = value
    return fields


def test_an_inserted_mark_is_named(registers):
    event = Events.create(**_values(registers.events[0], client_id="new"))
    assert [fault.event for fault in found()] == [event.pk]


def test_a_mark_inserted_with_a_digest_is_found(registers):
    event = Events.create(**_values(registers.events[0], client_id="new"))
    before = Sealed.filter(seal=registers.seals[0]).order_by("position").last()
    digest = canonical.digest(before.digest, canonical.of_mark(event))
    Sealed.create(seal=registers.seals[0], event=event, position=before.position + 1, digest=digest)
    assert {fault.seal for fault in found()} == {1}


def test_two_marks_in_each_others_place_are_found(registers, tampering):
    a, b = Sealed.filter(seal=registers.seals[0]).order_by("position")[:2]
    Sealed.filter(pk=a.pk).update(position=90)
    Sealed.filter(pk=b.pk).update(position=a.position)
    Sealed.filter(pk=a.pk).update(position=b.position)
    assert found()[0].event == b.event_id


def test_marks_that_swap_their_contents_are_found(registers, tampering):
    a, b = registers.events[:2]
    Events.filter(pk=a.pk).update(client_id="swapped")
    Events.filter(pk=b.pk).update(enrolment=a.enrolment, client_id=a.client_id)
    Events.filter(pk=a.pk).update(enrolment=b.enrolment, client_id=b.client_id)
    assert found()[0].event == a.pk


def test_two_seals_in_each_others_place_are_found(registers, tampering):
    a, b = registers.seals[:2]
    Seals.filter(pk=a.pk).update(number=90)
    Seals.filter(pk=b.pk).update(number=1)
    Seals.filter(pk=a.pk).update(number=2)
    assert found()


# Chains that are right in themselves: only what was written down elsewhere tells


@pytest.fixture
def heads(registers):
    return list(export_heads(timezone.now()))


def cut_short(registers, seals):
    """Take the last seals away with all that belongs to them, and set the sessions back."""
    for seal in reversed(registers.seals[-seals:]):
        keys = list(Sealed.filter(seal=seal).values_list("event", flat=True))
        Sealed.filter(seal=seal)._raw_delete("default")
        Seals.filter(pk=seal.pk)._raw_delete("default")
        Events.filter(pk__in=keys)._raw_delete("default")
        if seal.kind == "closing":
            AttendanceRecord.objects.filter(session=seal.session).delete()
            ClassSession.objects.filter(pk=seal.session_id).update(closed_at=None, closed_by=None, head_count=None)
        else:
            AttendanceRecord.objects.filter(session=seal.session, enrolment=registers.people[0]).update(
                status="present", minutes_earned=120
            )


@pytest.mark.parametrize("seals", [1, 2, 3])
def test_a_chain_cut_short_is_found_by_the_file(registers, heads, tampering, seals):
    cut_short(registers, seals)
    assert found() == []
    assert list(compare_heads(heads)) == [f"line 1: class {registers.run.pk}, seal 3: it is gone"]


def write_anew(registers):
    """Compute every digest of the class anew, as somebody who knows how and owns the database."""
    before = ""
    for seal in Seals.filter(run=registers.run).order_by("number"):
        last = before
        for link in Sealed.filter(seal=seal).order_by("position").select_related("event"):
            last = canonical.digest(last, canonical.of_mark(link.event))
            Sealed.filter(pk=link.pk).update(digest=last)
        seal.previous, marks = before, Sealed.filter(seal=seal).exists()
        before = canonical.digest(before, canonical.of_seal(seal, last if marks else ""))
        Seals.filter(pk=seal.pk).update(previous=seal.previous, digest=before)


@pytest.mark.parametrize("place", [0, 3])
def test_a_chain_written_anew_is_found_by_the_file(registers, heads, tampering, place):
    Events.filter(pk=registers.events[place].pk).update(note="改过")
    write_anew(registers)
    assert found() == []
    assert list(compare_heads(heads)) == [f"line 1: class {registers.run.pk}, seal 3: it was another one then"]


def test_an_old_copy_of_the_database_is_found_by_the_file(registers, tampering):
    EnrolmentFactory(run=registers.other.run)
    with transaction.atomic():
        close_register(session=registers.other, by=registers.trainer, rest="absent")
        heads = list(export_heads(timezone.now()))
        transaction.set_rollback(True)
    assert found() == []
    assert list(compare_heads(heads)) == [f"line 2: class {registers.other.run.pk}, seal 1: it is gone"]


def test_a_chain_that_grew_still_holds_what_the_file_says(registers, heads):
    registers.correct()
    assert list(compare_heads(heads)) == []


@pytest.mark.parametrize("field", ["run", "number", "digest", "at", "mac", "class_no"])
def test_an_edited_file_is_found(registers, heads, field):
    line = json.loads(heads[0])
    line[field] = line[field] + (1 if field in ("run", "number") else "0")
    assert list(compare_heads([json.dumps(line)])) == ["line 1: its signature is not ours"]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"mac": "x", "run": "a", "number": 1, "digest": ""}'])
def test_a_file_that_is_none_is_found(text):
    assert list(compare_heads(["", text])) == ["line 2: it cannot be read"]


def test_the_file_of_the_key_before_still_counts(registers, heads, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key" * 5
    assert list(compare_heads(heads)) == []


def test_the_command_writes_and_compares_the_file(registers, tmp_path):
    file = tmp_path / "heads.jsonl"
    call_command("export_heads", str(file))
    call_command("verify_registers", "--heads", str(file))
    file.write_text(file.read_text().replace('"number": 3', '"number": 4'))
    with pytest.raises(CommandError, match="signature"):
        call_command("verify_registers", "--heads", str(file))


def test_the_clock_writes_the_file_where_a_folder_is_named(registers, tmp_path, settings):
    night = datetime.datetime(2026, 11, 27, 18, 40, tzinfo=datetime.UTC)  # in Shanghai it is the 28th
    jobs.write_chain_heads(night)
    assert list(tmp_path.iterdir()) == []
    settings.CHAIN_HEADS_DIR = str(tmp_path)
    for _ in range(2):
        jobs.write_chain_heads(night)
    (file,) = tmp_path.iterdir()
    assert (file.name, list(compare_heads(file.read_text().splitlines()))) == ("register-heads-2026-11-28.jsonl", [])
