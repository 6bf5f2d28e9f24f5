"""Quotas of units and the reserve of the office."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.invariants import faults
from courses.errors import CapacityBelowSeatsTaken, EnrolmentRefused, QuotaRefused, RunNotEditable
from courses.models import CourseRun, RunQuota
from courses.services.enrolment import Entry, enrol, verdict, withdraw
from courses.services.quotas import Share, release_due, set_quotas
from courses.services.runs import set_capacity
from people.models import Unit
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return UserFactory(superuser=True)


@pytest.fixture
def unit() -> Unit:
    return UnitFactory()


def counters(run: CourseRun) -> tuple[int, int, int]:
    run.refresh_from_db()
    return run.seats_taken, run.seats_held, run.queue_length


def test_own_quota_first_then_open_seats_then_the_queue(unit, office):
    run = CourseRunFactory(capacity=2)
    set_quotas(run=run, shares=[Share(unit, 1)], reserve=0, by=office)
    people = [UserFactory(unit=unit) for _ in range(3)]
    stranger = UserFactory()
    rows = [enrol(person=person, run=run, by=person) for person in (*people, stranger)]
    assert [(row.status, row.quota is not None) for row in rows] == [
        ("confirmed", True), ("confirmed", False), ("waitlisted", False), ("waitlisted", False)
    ]  # fmt: skip
    assert counters(run) == (2, 0, 2)
    assert list(faults()) == []


def test_kept_seats_are_not_free_for_others_and_the_verdict_says_so(unit, office):
    run = CourseRunFactory(capacity=1)
    set_quotas(run=run, shares=[Share(unit, 1)], reserve=0, by=office)
    insider, stranger = UserFactory(unit=unit), UserFactory()
    fresh = CourseRun.objects.get(pk=run.pk)
    assert [verdict(person=one, run=fresh).outcome for one in (insider, stranger)] == ["confirmed", "waitlisted"]
    assert fresh.free_seats == 0


def test_a_unit_below_uses_the_quota_above_and_its_own_first(office):
    above = UnitFactory()
    below = UnitFactory(parent=above)
    run = CourseRunFactory(capacity=3)
    set_quotas(run=run, shares=[Share(above, 1), Share(below, 1)], reserve=0, by=office)
    rows = [enrol(person=one, run=run, by=one) for one in (UserFactory(unit=below), UserFactory(unit=below))]
    assert [row.quota.unit for row in rows] == [below, above]


def test_a_quota_for_a_profession_is_for_that_profession(unit, office):
    lawyers = ProfessionFactory()
    run = CourseRunFactory(capacity=1, waitlist_enabled=False)
    set_quotas(run=run, shares=[Share(unit, 1, lawyers)], reserve=0, by=office)
    other = UserFactory(unit=unit)
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=other, run=run, by=other)
    lawyer = UserFactory(unit=unit, professions=[lawyers])
    assert (refusal.value.code, enrol(person=lawyer, run=run, by=lawyer).status) == ("full", "confirmed")


def test_a_seat_goes_back_to_its_quota_and_stays_kept(unit, office):
    run = CourseRunFactory(capacity=1)
    set_quotas(run=run, shares=[Share(unit, 1)], reserve=0, by=office)
    person, stranger = UserFactory(unit=unit), UserFactory()
    held = enrol(person=person, run=run, by=person)
    waiting = enrol(person=stranger, run=run, by=stranger)
    withdraw(enrolment=held, by=person)
    waiting.refresh_from_db()
    assert (counters(run), waiting.status) == ((0, 1, 1), "waitlisted")
    assert list(faults()) == []


def test_unused_seats_are_released_at_their_date_and_offered(unit, office):
    now = timezone.now()
    run = CourseRunFactory(capacity=3, quota_until=now + datetime.timedelta(hours=1))
    set_quotas(run=run, shares=[Share(unit, 2)], reserve=1, by=office)
    insider = UserFactory(unit=unit)
    held = enrol(person=insider, run=run, by=insider)
    waiting = [EnrolmentFactory(run=run, waitlisted=True) for _ in range(2)]
    assert release_due(now) == 0
    later = now + datetime.timedelta(hours=2)
    assert (release_due(later), release_due(later)) == (1, 0)
    quota = RunQuota.objects.get(run=run)
    assert (quota.seats, quota.taken, quota.released, counters(run)) == (2, 1, 1, (2, 1, 1))
    withdraw(enrolment=held, by=insider)  # after the release the seat is everybody's
    for row in waiting:
        row.refresh_from_db()
    assert ([row.status for row in waiting], counters(run)) == (["offered", "offered"], (2, 1, 0))
    assert list(faults()) == []


def test_the_reserve_is_given_by_the_office_alone(office):
    run = CourseRunFactory(capacity=1, waitlist_enabled=False)
    set_quotas(run=run, shares=[], reserve=1, by=office)
    person, guest = UserFactory(), UserFactory()
    with pytest.raises(EnrolmentRefused) as refusal:
        enrol(person=person, run=run, by=person)
    row = enrol(person=guest, run=run, by=office, entry=Entry(way="direct", from_reserve=True))
    with pytest.raises(EnrolmentRefused):
        enrol(person=person, run=run, by=office, entry=Entry(way="direct", from_reserve=True))
    assert (refusal.value.code, row.from_reserve, counters(run)) == ("full", True, (1, 0, 0))
    withdraw(enrolment=row, by=office)
    assert (counters(run), list(faults())) == ((0, 1, 0), [])


def test_quotas_and_reserve_never_exceed_the_seats(unit, office):
    run = CourseRunFactory(capacity=3)
    with pytest.raises(QuotaRefused):
        set_quotas(run=run, shares=[Share(unit, 3)], reserve=1, by=office)
    assert (counters(run), RunQuota.objects.count()) == ((0, 0, 0), 0)


def test_quotas_do_not_take_seats_that_people_hold(unit, office):
    run = CourseRunFactory(capacity=2)
    EnrolmentFactory(run=run)
    with pytest.raises(QuotaRefused):
        set_quotas(run=run, shares=[Share(unit, 2)], reserve=0, by=office)


def test_a_quota_is_not_cut_below_what_is_taken(unit, office):
    run = CourseRunFactory(capacity=3)
    quota = RunQuotaFactory(run=run, unit=unit, seats=2)
    EnrolmentFactory(run=run, quota=quota, person=UserFactory(unit=unit))
    for shares in ([Share(unit, 0)], []):
        with pytest.raises(QuotaRefused):
            set_quotas(run=run, shares=shares, reserve=0, by=office)
    set_quotas(run=run, shares=[Share(unit, 1)], reserve=0, by=office)
    assert (counters(run), list(faults())) == ((1, 0, 0), [])


def test_the_reserve_is_not_cut_below_what_is_taken(office):
    run = CourseRunFactory(capacity=2)
    set_quotas(run=run, shares=[], reserve=1, by=office)
    enrol(person=UserFactory(), run=run, by=office, entry=Entry(way="direct", from_reserve=True))
    with pytest.raises(QuotaRefused):
        set_quotas(run=run, shares=[], reserve=0, by=office)


def test_a_unit_stands_once_for_each_profession(unit, office):
    with pytest.raises(QuotaRefused):
        set_quotas(run=CourseRunFactory(), shares=[Share(unit, 1), Share(unit, 2)], reserve=0, by=office)


def test_an_archived_class_keeps_its_quotas(unit, office):
    with pytest.raises(RunNotEditable):
        set_quotas(run=CourseRunFactory(archived=True), shares=[Share(unit, 1)], reserve=0, by=office)


def test_seats_are_not_cut_below_what_is_kept(unit, office):
    run = CourseRunFactory(capacity=3)
    set_quotas(run=run, shares=[Share(unit, 2)], reserve=0, by=office)
    with pytest.raises(CapacityBelowSeatsTaken):
        set_capacity(run=run, capacity=1, by=office)


def test_the_database_keeps_to_quota_and_capacity(unit):
    run = CourseRunFactory(capacity=2)
    quota = RunQuotaFactory(run=run, unit=unit, seats=2)
    for rows, change in ((RunQuota.objects.filter(pk=quota.pk), {"taken": 3}), (CourseRun.objects, {"seats_taken": 1})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
