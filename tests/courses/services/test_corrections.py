"""Changes to closed registers: a reason and two people, or nothing."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import ModelLogEntry

from core.invariants import faults
from courses.errors import CorrectionRefused, ReasonRefused, RunNotEditable
from courses.models import AttendanceEvent, AttendanceRecord, Correction, CourseRun, RegisterSeal
from courses.services.attendance import close_register, mark
from courses.services.corrections import ask_correction, confirm_correction, refuse_correction
from courses.services.verifying import faults as false_rows
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def trainer():
    return UserFactory()


@pytest.fixture
def office():
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="manage_enrolments"))
    return person


@pytest.fixture
def run(trainer):
    return CourseRunFactory(finished=True, trainers=[trainer])


@pytest.fixture
def session(run, enrolment, trainer):
    session = run.sessions.get()
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent", "client_id": "a"}], by=trainer)
    close_register(session=session, by=trainer)
    session.refresh_from_db()
    return session


@pytest.fixture
def enrolment(run):
    return EnrolmentFactory(run=run)


@pytest.fixture
def ask(session, enrolment, trainer):
    def asking(**more):
        return ask_correction(
            **{
                "session": session,
                "enrolment": enrolment,
                "status": "present",
                "reason": "记错了人",
                "by": trainer,
                **more,
            }
        )

    return asking


def test_asking_changes_nothing_yet(ask):
    correction = ask()
    assert (correction.was, correction.status, correction.state) == ("absent", "present", "asked")
    assert (AttendanceRecord.objects.get().status, RegisterSeal.objects.count()) == ("absent", 1)


def test_confirmed_it_becomes_a_mark_and_a_seal_with_both_names(ask, trainer, office, enrolment):
    correction = confirm_correction(correction=ask(), by=office)
    event, seal = AttendanceEvent.objects.order_by("pk").last(), RegisterSeal.objects.order_by("number").last()
    assert (event.source, event.was, event.status, event.note) == ("correction", "absent", "present", "记错了人")
    assert (event.by, event.countersigned_by, event.basis) == (trainer, office, ["a"])
    assert (seal.number, seal.kind, seal.by, seal.events_count) == (2, "correction", office, 1)
    assert seal.outcome == [[enrolment.pk, "present", 0, 0, 120]]
    assert (correction.state, correction.decided_by, correction.event) == ("confirmed", office, event)
    assert AttendanceRecord.objects.get().status == "present"
    assert (list(false_rows()), list(faults())) == ([], [])
    assert list(
        ModelLogEntry.objects.filter(action__startswith="courses.correction")
        .order_by("pk")
        .values_list("action", flat=True)
    ) == ["courses.correction_asked", "courses.correction_confirmed"]


def test_confirming_twice_is_confirming_once(ask, office):
    correction = ask()
    for _ in range(2):
        confirm_correction(correction=correction, by=office)
    assert (AttendanceEvent.objects.count(), RegisterSeal.objects.count()) == (2, 2)


def test_late_minutes_come_from_the_arrival(ask, office, session):
    confirm_correction(correction=ask(status="late", happened_at=session.starts_at + 7 * MINUTE), by=office)
    record = AttendanceRecord.objects.get()
    assert (record.status, record.minutes_late, record.minutes_earned) == ("late", 7, 113)


def test_somebody_who_was_not_on_the_register_is_entered_late(session, run, trainer, office):
    newcomer = EnrolmentFactory(run=run)
    correction = ask_correction(session=session, enrolment=newcomer, status="present", reason="名单遗漏", by=trainer)
    confirm_correction(correction=correction, by=office)
    assert (correction.was, AttendanceRecord.objects.get(enrolment=newcomer).status) == ("cleared", "present")
    assert list(false_rows()) == []


def test_refused_it_stays_with_the_answer(ask, office):
    correction = refuse_correction(correction=ask(), by=office, answer="签到表上没有签名")
    assert (correction.state, correction.answer, correction.decided_by) == ("refused", "签到表上没有签名", office)
    assert (AttendanceRecord.objects.get().status, RegisterSeal.objects.count()) == ("absent", 1)
    with pytest.raises(CorrectionRefused):
        confirm_correction(correction=correction, by=office)
    assert refuse_correction(correction=correction, by=office, answer="再说一次").answer == "签到表上没有签名"
    assert ask().state == "asked"  # and may be asked again


def test_refusing_needs_a_reason(ask, office):
    with pytest.raises(ReasonRefused):
        refuse_correction(correction=ask(), by=office, answer=" ")


def test_the_supervisor_is_a_second_person_too(ask, run):
    supervisor = UserFactory()
    CourseRun.objects.filter(pk=run.pk).update(supervisor=supervisor)
    assert confirm_correction(correction=ask(), by=supervisor).state == "confirmed"


@pytest.mark.parametrize("decide", [confirm_correction, refuse_correction])
def test_nobody_decides_alone_or_without_the_office(ask, trainer, run, office, decide):
    more = {} if decide is confirm_correction else {"answer": "不"}
    correction = ask(by=office)
    for person in (office, trainer, UserFactory()):
        with pytest.raises(CorrectionRefused):
            decide(correction=correction, by=person, **more)
    assert Correction.objects.get().state == "asked"


@pytest.mark.parametrize("status", ["absent", "cleared", "asleep", ""])
def test_another_state_must_be_chosen(ask, status):
    with pytest.raises(CorrectionRefused):
        ask(status=status)


def test_a_reason_is_needed(ask):
    with pytest.raises(ReasonRefused):
        ask(reason="")


def test_one_waits_for_each_person(ask):
    ask()
    with pytest.raises(CorrectionRefused):
        ask(status="late")


def test_strangers_do_not_ask_and_are_not_asked_for(ask):
    with pytest.raises(CorrectionRefused):
        ask(by=UserFactory())
    with pytest.raises(CorrectionRefused):
        ask(enrolment=EnrolmentFactory())


def test_an_open_register_is_marked_instead(trainer):
    run = CourseRunFactory(finished=True, trainers=[trainer])
    with pytest.raises(CorrectionRefused):
        ask_correction(
            session=run.sessions.get(), enrolment=EnrolmentFactory(run=run), status="present", reason="补", by=trainer
        )


def test_a_class_that_is_filed_away_is_not_corrected(ask, office, run):
    correction = ask()
    CourseRun.objects.filter(pk=run.pk).update(status="archived")
    with pytest.raises(RunNotEditable):
        confirm_correction(correction=correction, by=office)
