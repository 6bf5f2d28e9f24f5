"""Every way that sign-up, withdrawal, approval and promotion can end."""

import datetime
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from core.invariants import faults
from courses.enums import ENROLMENT_TRANSITIONS, EnrolmentStatus, RunStatus
from courses.errors import (
    EnrolmentRefused,
    KeyReused,
    ReasonRefused,
    RunNotEditable,
    TransitionRefused,
    WithdrawalTooLate,
)
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services import rules, seats
from courses.services.enrolment import approve, decline, enrol, verdict, verdicts, withdraw
from courses.services.rules import CODES, WARNING_CODES
from people.models import User
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def office():
    holder = UserFactory()
    holder.user_permissions.add(Permission.objects.get(codename="manage_enrolments"))
    return holder


def counters(run):
    run.refresh_from_db()
    return run.seats_taken, run.queue_length, run.tickets_issued


def places(run):
    rows = Enrolment.objects.filter(run=run).waiting().with_place()
    return [(row.person_id, row.place) for row in rows]


def test_enrol_takes_a_free_seat_and_writes_one_event(person):
    run = CourseRunFactory(capacity=2)
    enrolment = enrol(person=person, run=run, by=person)
    assert (enrolment.status, enrolment.ticket, enrolment.unit) == ("confirmed", None, person.unit)
    assert counters(run) == (1, 0, 0)
    event = EnrolmentEvent.objects.get()
    assert (event.from_status, event.to_status, event.by, event.reason) == ("", "confirmed", person, "")


def test_enrol_joins_the_queue_when_full():
    run = CourseRunFactory(full=True)
    first, second = UserFactory(), UserFactory()
    assert enrol(person=first, run=run, by=first).status == "waitlisted"
    assert enrol(person=second, run=run, by=second).status == "waitlisted"
    assert places(run) == [(first.pk, 1), (second.pk, 2)]
    assert counters(run) == (1, 2, 2)


def test_enrol_asks_for_approval_without_taking_a_seat(person):
    run = CourseRunFactory(approval_required=True)
    assert enrol(person=person, run=run, by=person).status == "requested"
    assert counters(run) == (0, 0, 0)


def test_enrol_twice_is_one_enrolment(person):
    run = CourseRunFactory()
    once, again = enrol(person=person, run=run, by=person), enrol(person=person, run=run, by=person)
    assert once == again
    assert (Enrolment.objects.count(), EnrolmentEvent.objects.count(), counters(run)) == (1, 1, (1, 0, 0))


def test_enrol_again_after_withdrawing_is_a_new_enrolment(person):
    run = CourseRunFactory()
    first = enrol(person=person, run=run, by=person)
    withdraw(enrolment=first, by=person)
    second = enrol(person=person, run=run, by=person)
    assert first.pk != second.pk
    assert counters(run) == (1, 0, 0)


def test_the_same_key_gives_the_same_answer_even_after_withdrawal(person):
    run = CourseRunFactory()
    first = enrol(person=person, run=run, by=person, key="k1")
    withdraw(enrolment=first, by=person)
    replay = enrol(person=person, run=run, by=person, key="k1")
    assert (replay.pk, replay.status) == (first.pk, "withdrawn")
    assert counters(run) == (0, 0, 0)


def test_the_same_key_for_another_run_is_refused(person):
    enrol(person=person, run=CourseRunFactory(), by=person, key="k1")
    other = CourseRunFactory(now=timezone.now() + datetime.timedelta(days=1))
    with pytest.raises(KeyReused):
        enrol(person=person, run=other, by=person, key="k1")
    assert counters(other) == (0, 0, 0)


def test_another_actors_key_is_a_fresh_request(person):
    run, other = CourseRunFactory(), UserFactory()
    enrol(person=person, run=run, by=person, key="k1")
    assert enrol(person=other, run=run, by=other, key="k1").person == other


def refused(run, person, at=None):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=person, run=run, by=person, at=at)
    assert not Enrolment.objects.filter(run=run, person=person).exists()
    assert str(refusal.value)
    return refusal.value.code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("planned", "not_published"),
        ("ready", "not_published"),
        ("cancelled", "cancelled"),
        ("postponed", "postponed"),
        ("concluded", "finished"),
        ("archived", "finished"),
        ("coming", "not_open_yet"),
        ("closed", "closed"),
        ("running", "begun"),
        ("finished", "begun"),
    ],
)
def test_enrol_refuses_by_state(person, state, code):
    assert refused(CourseRunFactory(**{state: True}), person) == code


def test_enrol_refuses_a_full_run_without_a_waiting_list(person):
    run = CourseRunFactory(full=True, waitlist_enabled=False)
    assert refused(run, person) == "full"
    assert counters(run) == (1, 0, 0)


def test_enrol_refuses_an_account_that_is_switched_off():
    assert refused(CourseRunFactory(), UserFactory(is_active=False)) == "account_inactive"


def test_enrol_refuses_other_professions_and_admits_the_right_one():
    lawyer, notary = ProfessionFactory(), ProfessionFactory()
    run = CourseRunFactory(professions=[lawyer])
    assert refused(run, UserFactory(professions=[notary])) == "wrong_profession"
    member = UserFactory(professions=[notary, lawyer])
    assert enrol(person=member, run=run, by=member).status == "confirmed"


def test_enrol_falls_back_on_the_professions_of_the_course(person):
    course = CoursePageFactory(professions=[ProfessionFactory()])
    assert refused(CourseRunFactory(course=course), person) == "wrong_profession"


def test_enrol_admits_units_below_the_named_one_and_refuses_others(person):
    office = UnitFactory()
    committee = UnitFactory(parent=office)
    run = CourseRunFactory(units=[office])
    member = UserFactory(unit=committee)
    assert enrol(person=member, run=run, by=member).status == "confirmed"
    assert refused(run, person) == "wrong_unit"
    assert refused(run, UserFactory(unit=None)) == "wrong_unit"


@pytest.mark.parametrize("status", ["confirmed", "waitlisted", "requested"])
def test_enrol_refuses_a_clash_and_names_the_other_class(person, status):
    course = CoursePageFactory(title="保密知识培训班")
    taken = CourseRunFactory(course=course)
    EnrolmentFactory(run=taken, person=person, status=status)
    clashing = CourseRunFactory(starts_at=taken.starts_at + HOUR)
    with pytest.raises(EnrolmentRefused, match="保密知识培训班") as refusal:
        enrol(person=person, run=clashing, by=person)
    assert refusal.value.code == "clash"


@pytest.mark.parametrize("status", ["withdrawn", "declined"])
def test_enrol_sees_no_clash_with_an_ended_enrolment(person, status):
    taken = CourseRunFactory()
    EnrolmentFactory(run=taken, person=person, status=status)
    clashing = CourseRunFactory(starts_at=taken.starts_at)
    assert enrol(person=person, run=clashing, by=person).status == "confirmed"


def test_a_class_that_begins_as_another_ends_does_not_clash(person):
    taken = CourseRunFactory()
    EnrolmentFactory(run=taken, person=person)
    after = CourseRunFactory(starts_at=taken.ends_at)
    assert enrol(person=person, run=after, by=person).status == "confirmed"


def test_a_cancelled_session_does_not_clash(person):
    taken = CourseRunFactory(sessions=2)
    EnrolmentFactory(run=taken, person=person)
    first = taken.sessions.first()
    taken.sessions.filter(pk=first.pk).update(cancelled_at=timezone.now(), cancel_reason="停电")
    run = CourseRunFactory(starts_at=first.starts_at)
    assert enrol(person=person, run=run, by=person).status == "confirmed"


@pytest.mark.parametrize("state", ["coming", "closed", "running"])
def test_the_office_may_set_the_window_aside_for_others(person, office, state):
    run = CourseRunFactory(**{state: True})
    enrolment = enrol(person=person, run=run, by=office)
    assert enrolment.status == "confirmed"
    assert enrolment.events.get().reason != ""


def test_the_office_may_not_set_eligibility_or_seats_aside(person, office):
    run = CourseRunFactory(professions=[ProfessionFactory()])
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=person, run=run, by=office)
    assert refusal.value.code == "wrong_profession"
    full = CourseRunFactory(full=True, waitlist_enabled=False, closed=True)
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=person, run=full, by=office)
    assert (refusal.value.code, counters(full)) == ("full", (1, 0, 0))


def test_the_office_keeps_to_the_window_for_itself(office):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=office, run=CourseRunFactory(closed=True), by=office)
    assert refusal.value.code == "closed"


def test_a_colleague_without_the_right_may_set_nothing_aside(person):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=person, run=CourseRunFactory(closed=True), by=UserFactory())
    assert refusal.value.code == "closed"


def test_verdict_says_what_will_happen(person):
    free, full = CourseRunFactory(), CourseRunFactory(full=True, starts_at=timezone.now() + 40 * 24 * HOUR)
    asking = CourseRunFactory(approval_required=True, starts_at=timezone.now() + 50 * 24 * HOUR)
    for _ in range(3):
        EnrolmentFactory(run=full, waitlisted=True)
    found = verdicts(person=person, runs=[free, full, asking])
    assert [(found[run.pk].allowed, found[run.pk].outcome, found[run.pk].ahead) for run in (free, full, asking)] == [
        (True, "confirmed", 0),
        (True, "waitlisted", 3),
        (True, "requested", 0),
    ]


def test_verdict_carries_the_enrolment_and_its_place(person):
    run = CourseRunFactory(full=True)
    EnrolmentFactory(run=run, waitlisted=True)
    mine = EnrolmentFactory(run=run, person=person, waitlisted=True)
    judged = verdict(person=person, run=run)
    assert (judged.allowed, judged.enrolment, judged.enrolment.place) == (False, mine, 2)


@pytest.mark.parametrize("count", [1, 5])
def test_verdicts_take_the_same_queries_for_any_number_of_runs(person, count, django_assert_num_queries):
    now = timezone.now()
    runs = [CourseRunFactory(now=now + datetime.timedelta(days=n)) for n in range(count)]
    EnrolmentFactory(person=person)
    with django_assert_num_queries(3):
        verdicts(person=person, runs=runs)


def test_every_reason_code_is_listed():
    source = Path(rules.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'Reason\(\s*"(\w+)"', source)) == CODES | WARNING_CODES


def test_withdraw_frees_the_seat_and_promotes_the_first_in_the_queue(person):
    run = CourseRunFactory(capacity=1)
    held = enrol(person=person, run=run, by=person)
    first, second = (EnrolmentFactory(run=run, waitlisted=True) for _ in range(2))
    withdraw(enrolment=held, by=person, reason="出差")
    first.refresh_from_db()
    assert (first.status, first.ticket) == ("offered", None)
    assert places(run) == [(second.person_id, 1)]
    assert counters(run) == (1, 1, 2)
    event = first.events.last()
    assert (event.from_status, event.to_status, event.by) == ("waitlisted", "offered", None)
    assert held.events.last().reason == "出差"


def test_withdraw_from_the_queue_moves_the_others_up():
    run = CourseRunFactory(full=True)
    first, second, third = (EnrolmentFactory(run=run, waitlisted=True) for _ in range(3))
    withdraw(enrolment=second, by=second.person)
    assert places(run) == [(first.person_id, 1), (third.person_id, 2)]
    assert counters(run) == (1, 2, 3)


def test_withdraw_twice_gives_the_same_answer(person):
    run = CourseRunFactory()
    enrolment = enrol(person=person, run=run, by=person)
    withdraw(enrolment=enrolment, by=person)
    assert withdraw(enrolment=enrolment, by=person).status == "withdrawn"
    assert (enrolment.events.count(), counters(run)) == (2, (0, 0, 0))


def test_withdraw_of_a_request_frees_no_seat(person):
    run = CourseRunFactory(approval_required=True)
    enrolment = enrol(person=person, run=run, by=person)
    withdraw(enrolment=enrolment, by=person)
    assert counters(run) == (0, 0, 0)


def test_withdraw_after_the_start_needs_the_office(person, office):
    run = CourseRunFactory(running=True)
    enrolment = EnrolmentFactory(run=run, person=person)
    with pytest.raises(WithdrawalTooLate):
        withdraw(enrolment=enrolment, by=person)
    assert withdraw(enrolment=enrolment, by=office, reason="病假").status == "withdrawn"


def test_withdraw_refuses_a_completed_enrolment(office):
    enrolment = EnrolmentFactory(run=CourseRunFactory(concluded=True), completed=True)
    with pytest.raises(TransitionRefused):
        withdraw(enrolment=enrolment, by=office)


def test_nobody_moves_up_in_a_cancelled_run(office):
    run = CourseRunFactory(full=True)
    waiting = EnrolmentFactory(run=run, waitlisted=True)
    CourseRun.objects.filter(pk=run.pk).update(status=RunStatus.CANCELLED)
    withdraw(enrolment=run.enrolments.holding_seat().get(), by=office)
    waiting.refresh_from_db()
    assert waiting.status == "waitlisted"


def test_approve_gives_a_seat_then_the_queue(office):
    run = CourseRunFactory(approval_required=True, capacity=1)
    first, second = (EnrolmentFactory(run=run, requested=True) for _ in range(2))
    assert approve(enrolment=first, by=office).status == "confirmed"
    assert approve(enrolment=second, by=office).status == "waitlisted"
    assert counters(run) == (1, 1, 1)


def test_approve_refuses_a_full_run_without_a_waiting_list(office):
    run = CourseRunFactory(approval_required=True, full=True, waitlist_enabled=False)
    request = EnrolmentFactory(run=run, requested=True)
    with pytest.raises(EnrolmentRefused) as refusal:
        approve(enrolment=request, by=office)
    request.refresh_from_db()
    assert (refusal.value.code, request.status) == ("full", "requested")


def test_approve_twice_is_refused_and_takes_one_seat(office):
    run = CourseRunFactory(approval_required=True)
    request = EnrolmentFactory(run=run, requested=True)
    approve(enrolment=request, by=office)
    with pytest.raises(TransitionRefused):
        approve(enrolment=request, by=office)
    assert counters(run) == (1, 0, 0)


def test_decline_a_request_and_a_waiting_person(office):
    run = CourseRunFactory(full=True)
    request, waiting = EnrolmentFactory(run=run, requested=True), EnrolmentFactory(run=run, waitlisted=True)
    assert decline(enrolment=request, by=office, reason="不属于培训对象").status == "declined"
    assert decline(enrolment=waiting, by=office, reason="已参加过").status == "declined"
    assert counters(run) == (1, 0, 1)


def test_decline_refuses_a_confirmed_person(office):
    with pytest.raises(TransitionRefused):
        decline(enrolment=EnrolmentFactory(), by=office, reason="x")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_decline_needs_a_reason_of_some_length(office, reason):
    request = EnrolmentFactory(requested=True)
    with pytest.raises(ReasonRefused):
        decline(enrolment=request, by=office, reason=reason)
    request.refresh_from_db()
    assert request.status == "requested"


def test_withdraw_refuses_an_archived_run_and_a_reason_without_end(office):
    with pytest.raises(RunNotEditable):
        withdraw(enrolment=EnrolmentFactory(run=CourseRunFactory(archived=True)), by=office)
    with pytest.raises(ReasonRefused):
        withdraw(enrolment=EnrolmentFactory(), by=office, reason="长" * 201)


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_a_class_that_does_not_take_place_neither_clashes_nor_holds(person, state):
    run = CourseRunFactory(starts_at=timezone.now() + 24 * HOUR, **{state: True})
    mine = EnrolmentFactory(run=run, person=person)
    other = CourseRunFactory(starts_at=run.starts_at, sign_up_closes_at=run.starts_at)
    assert enrol(person=person, run=other, by=person).status == "confirmed"
    late = run.starts_at + 24 * HOUR
    assert withdraw(enrolment=mine, by=person, at=late).status == "withdrawn"


def test_nobody_moves_up_once_the_class_has_begun(office):
    run = CourseRunFactory(running=True, capacity=1)
    held, waiting = EnrolmentFactory(run=run), EnrolmentFactory(run=run, waitlisted=True)
    withdraw(enrolment=held, by=office, reason="未到")
    waiting.refresh_from_db()
    assert (waiting.status, list(faults())) == ("waitlisted", [])


def test_a_closed_account_keeps_its_ticket_and_the_next_moves_up():
    run = CourseRunFactory(full=True)
    gone, next_one = EnrolmentFactory(run=run, waitlisted=True), EnrolmentFactory(run=run, waitlisted=True)
    User.objects.filter(pk=gone.person_id).update(is_active=False)
    held = run.enrolments.holding_seat().get()
    withdraw(enrolment=held, by=held.person)
    gone.refresh_from_db()
    next_one.refresh_from_db()
    assert (gone.status, next_one.status, list(faults())) == ("waitlisted", "offered", [])


def test_a_seat_beside_people_who_are_passed_over_goes_to_the_next_who_comes():
    run = CourseRunFactory(full=True)
    gone = EnrolmentFactory(run=run, waitlisted=True)
    User.objects.filter(pk=gone.person_id).update(is_active=False)
    held = run.enrolments.holding_seat().get()
    withdraw(enrolment=held, by=held.person)
    comer = UserFactory()
    assert enrol(person=comer, run=run, by=comer).status == "confirmed"
    assert list(faults()) == []


def test_approve_says_why_a_class_admits_nobody(office):
    run = CourseRunFactory(approval_required=True, postponed=True)
    with pytest.raises(EnrolmentRefused) as refusal:
        approve(enrolment=EnrolmentFactory(run=run, requested=True), by=office)
    assert refusal.value.code == "postponed"


def test_a_run_is_judged_as_it_stands_and_not_as_the_caller_read_it(person):
    stale = CourseRunFactory()
    CourseRun.objects.filter(pk=stale.pk).update(approval_required=True)
    assert enrol(person=person, run=stale, by=person).status == "requested"
    CourseRun.objects.filter(pk=stale.pk).update(status="cancelled")
    other = UserFactory()
    assert refused(stale, other) == "cancelled"
    assert counters(stale) == (0, 0, 0)


def test_who_came_in_time_is_in_time_however_long_the_lock_takes(person, monkeypatch):
    run = CourseRunFactory()

    def slow(run):
        monkeypatch.setattr("courses.services.enrolment.timezone.now", lambda: run.sign_up_closes_at + HOUR)
        return CourseRun.objects.get(pk=run.pk)

    monkeypatch.setattr(seats, "lock", slow)
    assert enrol(person=person, run=run, by=person).status == "confirmed"


def test_one_key_for_two_people_is_refused_by_the_database_too(person, office, monkeypatch):
    monkeypatch.setattr("courses.services.enrolment._earlier_answer", lambda *args: None)
    enrol(person=person, run=CourseRunFactory(), by=office, key="k")
    other = CourseRunFactory()
    with pytest.raises(KeyReused):
        enrol(person=UserFactory(), run=other, by=office, key="k")
    assert counters(other) == (0, 0, 0)


def test_a_draft_course_admits_nobody(person):
    assert refused(CourseRunFactory(course=CoursePageFactory(live=False)), person) == "not_published"


def test_every_status_has_its_transitions():
    assert set(ENROLMENT_TRANSITIONS) == set(EnrolmentStatus)
