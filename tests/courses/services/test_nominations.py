"""The list of a unit, from draft to decision."""

import pytest
from django.contrib.auth.models import Group

from core.invariants import faults
from courses.errors import EnrolmentRefused, NominationRefused, ReasonRefused
from courses.models import CourseRun, Enrolment, Nomination
from courses.services.nominations import Decision, Named, decide, give_back, save_list, sign, submit
from people.models import Unit, User
from people.roles import BY_CODE
from people.services.roles import sync_roles
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roles() -> None:
    sync_roles()


def role(code: str) -> Group:
    return Group.objects.get(name=BY_CODE[code].name)


@pytest.fixture
def unit() -> Unit:
    return UnitFactory()


@pytest.fixture
def clerk(unit: Unit) -> User:
    return UserFactory(unit=unit, groups=[role("clerk")])


@pytest.fixture
def head(unit: Unit) -> User:
    return UserFactory(unit=unit, groups=[role("unit_head")])


@pytest.fixture
def office() -> User:
    return UserFactory(groups=[role("office")])


@pytest.fixture
def run() -> CourseRun:
    return CourseRunFactory(capacity=2, nomination_only=True)


@pytest.fixture
def people(unit: Unit) -> list[User]:
    return [UserFactory(unit=unit) for _ in range(3)]


@pytest.fixture
def drafted(run, unit, people, clerk) -> Nomination:
    return save_list(run=run, unit=unit, people=[Named(person) for person in people], by=clerk)


@pytest.fixture
def submitted(drafted, head, clerk) -> Nomination:
    return submit(nomination=sign(nomination=drafted, by=head), by=clerk)


def rows(nomination: Nomination) -> list[Enrolment]:
    return list(nomination.enrolments.order_by("pk"))


def test_from_draft_to_requests(drafted, people, head, clerk):
    signed = sign(nomination=drafted, by=head)
    done = submit(nomination=signed, by=clerk)
    assert (signed.signed_by, done.status, submit(nomination=done, by=clerk).status) == (head, "submitted", "submitted")
    assert [(row.person, row.status, row.way) for row in rows(done)] == [
        (person, "requested", "nominated") for person in people
    ]


def test_saving_again_makes_a_draft_of_a_signed_list(drafted, run, unit, people, head, clerk):
    sign(nomination=drafted, by=head)
    saved = save_list(run=run, unit=unit, people=[Named(people[2], "主讲")], by=clerk)
    entries = [(entry.person, entry.note, entry.position) for entry in saved.entries.all()]
    assert (saved.pk, saved.status, saved.signed_by, entries) == (drafted.pk, "draft", None, [(people[2], "主讲", 1)])


def test_decisions_admit_reserve_and_refuse(submitted, run, unit, office):
    RunQuotaFactory(run=run, unit=unit, seats=1)
    one, two, three = rows(submitted)
    part = decide(nomination=submitted, decisions={one.pk: Decision.ADMIT}, by=office)
    whole = decide(
        nomination=submitted,
        decisions={two.pk: Decision.RESERVE, three.pk: Decision.REFUSE},
        by=office,
        reason="名额已满",
    )
    for row in (one, two, three):
        row.refresh_from_db()
    assert (part.status, whole.status) == ("submitted", "decided")
    assert [(row.status, row.quota is not None) for row in (one, two, three)] == [
        ("confirmed", True), ("waitlisted", False), ("declined", False)
    ]  # fmt: skip
    assert three.events.last().reason == "名额已满"


def test_returning_withdraws_the_requests_and_opens_the_list(submitted, office, clerk, head, run, unit, people):
    back = give_back(nomination=submitted, by=office, comment="请补充人民调解员")
    assert (back.status, back.comment, back.signed_by) == ("returned", "请补充人民调解员", None)
    assert [row.status for row in rows(back)] == ["withdrawn"] * 3
    again = save_list(run=run, unit=unit, people=[Named(people[0])], by=clerk)
    done = submit(nomination=sign(nomination=again, by=head), by=clerk)
    assert (done.status, [row.status for row in rows(done)][3:]) == ("submitted", ["requested"])


def test_a_person_who_cannot_be_nominated_stops_the_whole_list(run, unit, people, clerk, head):
    run.professions.add(ProfessionFactory())
    drafted = save_list(run=run, unit=unit, people=[Named(people[0])], by=clerk)
    sign(nomination=drafted, by=head)
    with pytest.raises(NominationRefused) as refusal:
        submit(nomination=drafted, by=clerk)
    assert people[0].name in str(refusal.value.message)
    drafted.refresh_from_db()
    assert (drafted.status, Enrolment.objects.count()) == ("signed", 0)


def test_who_is_in_the_class_already_stays_there(run, unit, people, clerk, head):
    mine = EnrolmentFactory(run=run, person=people[0])
    drafted = save_list(run=run, unit=unit, people=[Named(people[0]), Named(people[1])], by=clerk)
    submit(nomination=sign(nomination=drafted, by=head), by=clerk)
    mine.refresh_from_db()
    assert (mine.status, Enrolment.objects.count()) == ("confirmed", 2)


def test_each_step_has_its_person(drafted, run, unit, clerk, head, office, people):
    with pytest.raises(NominationRefused):
        save_list(run=run, unit=unit, people=[Named(people[0])], by=people[1])
    with pytest.raises(NominationRefused):
        sign(nomination=drafted, by=clerk)
    with pytest.raises(NominationRefused):
        submit(nomination=drafted, by=people[0])
    with pytest.raises(NominationRefused):
        decide(nomination=drafted, decisions={}, by=clerk)
    with pytest.raises(NominationRefused):
        give_back(nomination=drafted, by=head, comment="不行")


def test_nobody_signs_the_own_draft(run, unit, people):
    both = UserFactory(unit=unit, groups=[role("clerk"), role("unit_head")])
    drafted = save_list(run=run, unit=unit, people=[Named(people[0])], by=both)
    with pytest.raises(NominationRefused):
        sign(nomination=drafted, by=both)


def test_steps_out_of_order(drafted, submitted_elsewhere, run, unit, clerk, head, office, people):
    with pytest.raises(NominationRefused):
        submit(nomination=drafted, by=clerk)  # not signed
    with pytest.raises(NominationRefused):
        decide(nomination=drafted, decisions={}, by=office)  # not handed in
    with pytest.raises(NominationRefused):
        give_back(nomination=drafted, by=office, comment="请修改")
    with pytest.raises(NominationRefused):
        sign(nomination=submitted_elsewhere, by=head)
    with pytest.raises(NominationRefused):
        save_list(run=submitted_elsewhere.run, unit=unit, people=[Named(people[0])], by=clerk)


@pytest.fixture
def submitted_elsewhere(unit, clerk, head, people) -> Nomination:
    run = CourseRunFactory(now=CourseRunFactory().starts_at)
    drafted = Nomination.objects.create(run=run, unit=unit, drafted_by=clerk, signed_by=head, status="submitted")
    return drafted


def test_an_empty_list_a_double_and_a_closed_window(run, unit, people, clerk, head):
    empty = save_list(run=run, unit=unit, people=[], by=clerk)
    with pytest.raises(NominationRefused):
        sign(nomination=empty, by=head)
    with pytest.raises(NominationRefused):
        save_list(run=run, unit=unit, people=[Named(people[0]), Named(people[0])], by=clerk)
    with pytest.raises(NominationRefused):
        save_list(run=CourseRunFactory(closed=True), unit=unit, people=[Named(people[0])], by=clerk)


def test_refusing_needs_a_reason_and_then_nothing_is_decided(submitted, office):
    one, two, _three = rows(submitted)
    with pytest.raises(ReasonRefused):
        decide(nomination=submitted, decisions={one.pk: Decision.ADMIT, two.pk: Decision.REFUSE}, by=office)
    one.refresh_from_db()
    assert one.status == "requested"


def test_admitting_more_than_there_are_seats_queues_or_refuses(submitted, run, office):
    decide(
        nomination=submitted, decisions=dict.fromkeys((row.pk for row in rows(submitted)), Decision.ADMIT), by=office
    )
    assert [row.status for row in rows(submitted)] == ["confirmed", "confirmed", "waitlisted"]
    assert list(faults()) == []


def test_without_a_waiting_list_nobody_too_many_is_admitted(submitted, run, office):
    CourseRun.objects.filter(pk=run.pk).update(waitlist_enabled=False)
    with pytest.raises(EnrolmentRefused):
        decide(
            nomination=submitted,
            decisions=dict.fromkeys((row.pk for row in rows(submitted)), Decision.ADMIT),
            by=office,
        )
    assert [row.status for row in rows(submitted)] == ["requested"] * 3
