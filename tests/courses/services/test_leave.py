"""Leave: who may ask, who decides, what stands on the register, and how much is missed."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core.invariants import faults
from courses.enums import LeaveStatus
from courses.errors import LeaveRefused, NotInClass, RegisterClosed, RunNotEditable, SessionCancelled
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, CourseRun, EvidenceFile, LeaveRequest
from courses.selectors.leave import deciders, heads, missed, to_decide
from courses.services.attendance import mark, mark_rest
from courses.services.leave import ask, grant, refuse, withdraw
from messaging.models import Message
from people.enums import LeaveDecider
from people.models import Unit
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def roles():
    sync_roles()


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def run():
    return CourseRunFactory(sessions=8)


@pytest.fixture
def session(run):
    return run.sessions.first()


@pytest.fixture
def enrolment(run, unit):
    return EnrolmentFactory(run=run, person=UserFactory(unit=unit))


@pytest.fixture
def person(enrolment):
    return enrolment.person


@pytest.fixture
def head(unit):
    return person_with("unit_head", unit=unit)


@pytest.fixture
def office():
    return person_with("office", unit=UnitFactory())


def request_of(person, session, kind="private", **more):
    return ask(person=person, session=session, kind=kind, reason="家中有事", **more)


def state(request):
    return LeaveRequest.objects.get(pk=request.pk).status


def picture(name="note.jpg", kind="JPEG"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


# Asking


def test_a_request_goes_to_the_head_of_the_unit(person, session, head, office):
    request = request_of(person, session)
    assert [one.pk for one in deciders(request)] == [head.pk]
    assert [row.pk for row in to_decide(head)] == [request.pk]
    assert to_decide(office) == to_decide(person) == []
    assert [(row.person, row.kind) for row in Message.objects.all()] == [(head, "leave_asked")]
    assert "家中有事" not in Message.objects.get().body


def test_the_head_of_a_unit_above_may_decide_too(person, session, unit):
    above = UnitFactory()
    Unit.objects.filter(pk=unit.pk).update(parent=above)
    head = person_with("unit_head", unit=above)
    assert [one.pk for one in deciders(request_of(person, session))] == [head.pk]


@pytest.mark.parametrize("why", ["rule", "no head", "own request"])
def test_the_office_decides_by_rule_and_where_nobody_else_can(why, run, session, unit, person, office):
    asker = person
    if why == "rule":
        person_with("unit_head", unit=unit)
        Unit.objects.filter(pk=unit.pk).update(leave_decided_by=LeaveDecider.OFFICE)
    if why == "own request":
        asker = EnrolmentFactory(run=run, person=person_with("unit_head", unit=unit)).person
    request = request_of(asker, session)
    assert [one.pk for one in deciders(request)] == [office.pk]
    assert not heads().may_decide(asker, request)


def test_a_file_is_kept_with_its_digest(person, session):
    request = request_of(person, session, upload=picture())
    row = EvidenceFile.objects.get()
    assert (request.evidence, row.name, row.by, len(row.digest)) == (row, "note.jpg", person, 64)
    assert row.file.name.startswith("evidence/")


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("note.exe", b"MZ"),
        SimpleUploadedFile("note.pdf", b"<html>"),
        SimpleUploadedFile("note.jpg", b"\xff\xd8\xff not a picture"),
        picture("note.png", "JPEG"),
        SimpleUploadedFile("note.svg", b"<svg/>"),
    ],
)
def test_files_that_are_not_what_they_say(person, session, upload):
    with pytest.raises(LeaveRefused) as refusal:
        request_of(person, session, upload=upload)
    assert refusal.value.code == "evidence_refused"
    assert (LeaveRequest.objects.count(), EvidenceFile.objects.count()) == (0, 0)


def test_no_leave_once_the_session_has_begun(person, session):
    with pytest.raises(LeaveRefused):
        request_of(person, session, at=session.starts_at)
    assert request_of(person, session, at=session.starts_at - MINUTE).status == LeaveStatus.ASKED


@pytest.mark.parametrize(("kind", "reason"), [("holiday", "有事"), ("private", "  "), ("private", "长" * 201)])
def test_what_a_request_must_say(person, session, kind, reason):
    with pytest.raises(LeaveRefused):
        ask(person=person, session=session, kind=kind, reason=reason)


def test_one_request_stands_and_after_taking_it_back_another(person, session):
    first = request_of(person, session)
    with pytest.raises(LeaveRefused):
        request_of(person, session)
    withdraw(request=first, by=person)
    assert state(request_of(person, session)) == LeaveStatus.ASKED


def test_not_for_strangers_and_not_for_what_does_not_take_place(run, person, session):
    with pytest.raises(NotInClass):
        request_of(UserFactory(), session)
    for facts, refusal in (
        ({"cancelled_at": timezone.now()}, SessionCancelled),
        ({"closed_at": timezone.now()}, RegisterClosed),
    ):
        ClassSession.objects.filter(pk=session.pk).update(cancelled_at=None, closed_at=None)
        ClassSession.objects.filter(pk=session.pk).update(**facts)
        with pytest.raises(refusal):
            request_of(person, session)
    CourseRun.objects.filter(pk=run.pk).update(status="cancelled")
    with pytest.raises(RunNotEditable):
        request_of(person, session)


# Deciding


@pytest.mark.parametrize(("kind", "status"), [("private", "on_leave"), ("sick", "on_leave"), ("duty", "official_duty")])
def test_granted_leave_is_a_mark_before_the_register_opens(person, session, enrolment, head, kind, status):
    request = request_of(person, session, kind)
    for _time in range(2):
        grant(request=request, by=head, answer="同意")
    record = AttendanceRecord.objects.get()
    assert (record.enrolment, record.status, record.minutes_earned, record.disputed) == (enrolment, status, 0, False)
    event = AttendanceEvent.objects.get()
    assert (event.source, event.by, event.client_id) == ("leave", head, f"leave-{request.pk}")
    session.refresh_from_db()
    assert session.absent_after_minutes is None
    assert Message.objects.get(person=person).kind == "leave_decided"
    assert list(faults()) == []


def test_who_is_on_leave_is_not_marked_present_with_the_rest(run, person, session, enrolment, head):
    grant(request=request_of(person, session), by=head)
    mark_rest(session=session, by=UserFactory(), press="p", at=session.starts_at)
    assert AttendanceRecord.objects.get(enrolment=enrolment).status == "on_leave"


def test_who_comes_after_all_is_shown_as_a_disagreement(person, session, enrolment, head):
    trainer, absent = UserFactory(), {"enrolment": enrolment, "status": "absent"}
    request = request_of(person, session)
    mark(session=session, marks=[absent], by=trainer, at=session.starts_at)
    grant(request=request, by=head, at=session.starts_at + MINUTE)
    assert AttendanceRecord.objects.get().disputed


def test_refused_leave_marks_nobody_and_says_why(person, session, head):
    request = request_of(person, session)
    with pytest.raises(LeaveRefused):
        refuse(request=request, by=head, answer=" ")
    for _time in range(2):
        refuse(request=request, by=head, answer="当日有考核")
    assert (state(request), AttendanceEvent.objects.count()) == (LeaveStatus.REFUSED, 0)
    assert "当日有考核" in Message.objects.get(person=person).body
    with pytest.raises(LeaveRefused):
        grant(request=request, by=head)


@pytest.mark.parametrize("who", ["asker", "office", "other head", "nobody"])
def test_nobody_else_decides(who, person, session, unit, head, office):
    people = {
        "asker": person, "office": office, "other head": person_with("unit_head", unit=UnitFactory()),
        "nobody": UserFactory(unit=unit),
    }  # fmt: skip
    request = request_of(person, session)
    for act in (grant, refuse):
        with pytest.raises(LeaveRefused):
            act(request=request, by=people[who], answer="不同意")
    assert (state(request), AttendanceEvent.objects.count()) == (LeaveStatus.ASKED, 0)


def test_not_once_the_register_is_closed(person, session, head):
    request = request_of(person, session)
    ClassSession.objects.filter(pk=session.pk).update(closed_at=timezone.now())
    with pytest.raises(RegisterClosed):
        grant(request=request, by=head)
    assert state(request) == LeaveStatus.ASKED


# Taking back


def test_taking_granted_leave_back_clears_the_mark(person, session, head):
    request = grant(request=request_of(person, session), by=head)
    for _time in range(2):
        withdraw(request=request, by=person)
    assert (state(request), AttendanceRecord.objects.get().status) == (LeaveStatus.WITHDRAWN, "cleared")
    assert AttendanceEvent.objects.count() == 2


def test_not_by_others_and_not_after_the_start(person, session, head):
    request = request_of(person, session)
    with pytest.raises(LeaveRefused):
        withdraw(request=request, by=head)
    with pytest.raises(LeaveRefused):
        withdraw(request=request, by=person, at=session.starts_at)
    refuse(request=request, by=head, answer="当日有考核")
    with pytest.raises(LeaveRefused):
        withdraw(request=request, by=person)


# How much is missed: eight sessions of 120 minutes, a seventh is 137


def test_share_of_a_class(run, enrolment, head):
    first, second, third = run.sessions.all()[:3]
    grant(request=request_of(enrolment.person, first), by=head)
    share = missed(enrolment)
    assert (share.total, share.leave, share.after, share.limit, share.is_over) == (960, 120, 120, 137, False)
    share = missed(enrolment, second)
    assert (share.asked, share.after, share.percent, share.is_over) == (120, 240, 25, True)
    assert missed(enrolment, second, "duty").is_over is False
    grant(request=request_of(enrolment.person, second, "duty"), by=head)
    late = {"enrolment": enrolment, "status": "late", "happened_at": third.starts_at + 20 * MINUTE}
    mark(session=third, marks=[late], by=head, at=third.starts_at + 20 * MINUTE)
    share = missed(enrolment)
    assert (share.leave, share.absent, share.duty, share.is_over) == (120, 120, 120, True)
    assert missed(enrolment, first).asked == 0


def test_nothing_is_blocked_by_being_over(run, enrolment, head):
    for session in run.sessions.all()[:3]:
        grant(request=request_of(enrolment.person, session), by=head)
    assert missed(enrolment).is_over
    enrolment.refresh_from_db()
    assert enrolment.status == "confirmed"


def test_constant_queries_for_the_desk(run, unit, head, django_assert_num_queries):
    for number in range(5):
        mate = EnrolmentFactory(run=run, person=UserFactory(unit=unit))
        request_of(mate.person, run.sessions.all()[number])
    head = type(head).objects.get(pk=head.pk)
    head.has_perm("anything")
    with django_assert_num_queries(3):
        assert len(to_decide(head)) == 5
