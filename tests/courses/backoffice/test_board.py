"""Seats and queue of one class: what it shows, to whom, and the quotas set there."""

import datetime

import pytest
from django.urls import reverse

from courses.models import ClassSession, RunQuota
from tests.courses.backoffice.helpers import NOW, learner, say, town
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def url(run):
    return reverse("runs:board", args=[run.pk])


def rows_of(*shares, stored=0, reserve=0):
    """The POST data of the quota rows: unit, profession, seats."""
    data = {"quotas-TOTAL_FORMS": len(shares), "quotas-INITIAL_FORMS": stored, "reserve": reserve}
    for number, (unit, profession, seats) in enumerate(shares):
        data |= {
            f"quotas-{number}-unit": unit.pk if unit else "",
            f"quotas-{number}-profession": profession.pk if profession else "",
            f"quotas-{number}-seats": seats,
        }
    return data


def kept(run):
    return [(row.unit, row.profession, row.seats) for row in RunQuota.objects.filter(run=run).order_by("pk")]


def test_seats_queue_offers_and_late_withdrawals_are_shown(client, people):
    run = CourseRunFactory(capacity=6, reserve=1, seats_held=1)
    quota = RunQuotaFactory(run=run, unit=people.firm, seats=2)
    EnrolmentFactory(run=run, person=learner(people.firm), quota=quota)
    offered = EnrolmentFactory(run=run, offered=True)
    late = EnrolmentFactory(run=run, withdrawn=True, is_late=True)
    EnrolmentFactory(run=run, withdrawn=True)
    waiting = [EnrolmentFactory(run=run, waitlisted=True, rank=rank) for rank in (1, 0)]
    board = client.get(url(run)).context["board"]
    assert board.seats.__dict__ == {
        "capacity": 6, "taken": 2, "kept": 1, "reserve": 1, "free": 2, "waiting": 2,
    }  # fmt: skip
    assert [(row.pk, row.place) for row in board.queue] == [(waiting[1].pk, 1), (waiting[0].pk, 2)]
    assert (board.offers, board.late) == ([offered], [late])
    assert [(row.taken, row.unused) for row in board.quotas] == [(1, 1)]


def test_people_in_two_places_at_once_are_named(client, people):
    run = CourseRunFactory(now=NOW)
    sitting, teaching, free, gone = (learner(people.firm) for _ in range(4))
    for person in (sitting, teaching, free):
        EnrolmentFactory(run=run, person=person)
    EnrolmentFactory(run=run, person=gone, withdrawn=True)
    other = CourseRunFactory(now=NOW, starts_at=run.starts_at + datetime.timedelta(hours=1), trainers=[teaching])
    apart = CourseRunFactory(now=NOW, starts_at=run.ends_at)
    planned = CourseRunFactory(now=NOW, planned=True)
    for there in (other, planned):
        EnrolmentFactory(run=there, person=sitting)
        EnrolmentFactory(run=there, person=gone)
    EnrolmentFactory(run=apart, person=free)
    clashes = client.get(url(run)).context["board"].clashes
    session = ClassSession.objects.get(run=other)
    assert [(clash.person, clash.session, clash.teaches) for clash in clashes] == [
        (sitting, session, False),
        (teaching, session, True),
    ]


def test_who_came_last_is_marked_when_the_seats_are_to_be_lowered(client, people):
    run = CourseRunFactory(capacity=5)
    rows = [EnrolmentFactory(run=run, created_at=NOW + datetime.timedelta(minutes=n)) for n in range(3)]
    context = client.get(url(run), {"seats": "1"}).context
    assert [(row.pk, row.rank_from_last) for row in context["board"].last] == [
        (rows[2].pk, 1), (rows[1].pk, 2), (rows[0].pk, 3),
    ]  # fmt: skip
    assert context["board"].over == 2
    for typed in ("", "x", "-1", "999999999999"):
        assert client.get(url(run), {"seats": typed}).context["board"].last == []


def test_a_class_below_its_minimum_offers_to_postpone_or_cancel(client, people):
    run = CourseRunFactory(closed=True, minimum=5, below_minimum_at=NOW)
    page = client.get(url(run)).content.decode()
    assert page.count(reverse("runs:postpone", args=[run.pk])) == 2
    assert say("Cancel the class") in page


def test_quotas_are_set_and_the_reserve(client, people):
    run, lawyers = CourseRunFactory(capacity=10), ProfessionFactory()
    data = rows_of((people.firm, lawyers, 3), (people.section, None, 2), (None, None, ""), reserve=1)
    assert client.post(url(run), data).url == f"{url(run)}#quotas"
    assert kept(run) == [(people.firm, lawyers, 3), (people.section, None, 2)]
    run.refresh_from_db()
    assert (run.reserve, run.seats_held) == (1, 6)


def test_a_removed_row_ends_its_quota(client, people):
    run = CourseRunFactory()
    RunQuotaFactory(run=run, unit=people.firm)
    data = rows_of((people.firm, None, 2), (people.section, None, 1), stored=1)
    client.post(url(run), data | {"quotas-0-DELETE": "on"})
    assert kept(run) == [(people.section, None, 1)]


def test_too_many_seats_are_refused_in_place_and_what_was_typed_stays(client, people):
    run = CourseRunFactory(capacity=3)
    response = client.post(url(run), rows_of((people.firm, None, 4)))
    said = say("Quotas and reserve come to %(total)d seats; the class has %(capacity)d.", total=4, capacity=3)
    assert response.context["refusal"] == said
    assert response.context["rows"].forms[0]["seats"].value() == "4"
    assert kept(run) == []


def test_half_a_row_is_told_at_its_fields(client, people):
    run = CourseRunFactory()
    response = client.post(url(run), rows_of((people.firm, None, ""), (None, None, 2)))
    assert [form.errors for form in response.context["rows"].forms] == [
        {"seats": [say("Say how many seats.")]},
        {"unit": [say("Choose the unit.")]},
    ]
    assert kept(run) == []


def test_who_only_looks_sees_quotas_and_people_of_the_own_unit(client):
    people = town()
    run = CourseRunFactory(organiser=people.firm)
    own, _foreign = (RunQuotaFactory(run=run, unit=unit) for unit in (people.firm, people.section))
    mine = EnrolmentFactory(run=run, person=learner(people.firm), waitlisted=True)
    EnrolmentFactory(run=run, person=learner(people.section, name="外人"), waitlisted=True)
    client.force_login(people.clerk)
    response = client.get(url(run))
    assert (response.context["quotas"], response.context["board"].queue) == ([own], [mine])
    assert (response.context["may_change"], "外人" in response.content.decode()) == (False, False)
    assert people.section.name not in response.content.decode()
    assert client.post(url(run), rows_of((people.firm, None, 2))).url == "/admin/"
    assert client.get(url(CourseRunFactory(organiser=people.section))).url == "/admin/"


def test_nothing_is_set_in_a_class_that_is_filed_away(client, people):
    run = CourseRunFactory(archived=True)
    assert client.post(url(run), rows_of((people.firm, None, 2))).url == "/admin/"
    assert kept(run) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_the_same_queries_for_one_and_three_of_everything(
    client, people, count, django_assert_num_queries
):
    run = CourseRunFactory(now=NOW, capacity=20)
    for _ in range(count):
        RunQuotaFactory(run=run, unit=UnitFactory(), profession=ProfessionFactory())
        for kind in ("waitlisted", "offered", "completed"):
            person = learner(people.firm)
            EnrolmentFactory(run=run, person=person, **{kind: True})
            EnrolmentFactory(run=CourseRunFactory(now=NOW, trainers=[person]), person=person)
        EnrolmentFactory(run=run, withdrawn=True, is_late=True)
    client.get(url(run), {"seats": "1"})
    with django_assert_num_queries(23):
        assert len(client.get(url(run), {"seats": "1"}).context["board"].clashes) > count
