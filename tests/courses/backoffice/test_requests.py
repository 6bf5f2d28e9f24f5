"""Requests that wait for the office, decided many at once."""

import datetime

import pytest

from courses.models import Enrolment, Nomination
from tests.courses.backoffice.helpers import NOW, learner, say, town
from tests.factories import CourseRunFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/enrolments/requests/"


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def shown(response):
    return [row for row, _is_ticked in response.context["rows"]]


def statuses(*rows):
    found = Enrolment.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].status for row in rows]


def test_the_oldest_stands_first_and_the_list_is_narrowed(client, people):
    young = EnrolmentFactory(requested=True, created_at=NOW)
    old = EnrolmentFactory(requested=True, created_at=NOW - datetime.timedelta(days=1), person=learner(people.firm))
    EnrolmentFactory(run=young.run)
    response = client.get(LIST)
    assert shown(response) == [old, young]
    assert shown(client.get(LIST, {"run": young.run_id})) == [young]
    assert shown(client.get(LIST, {"unit": people.firm.pk})) == [old]
    assert set(response.context["filters"].form.fields["run"].queryset) == {old.run, young.run}


def test_requests_of_a_list_are_decided_with_the_list(client, people):
    run = CourseRunFactory()
    made = Nomination.objects.create(run=run, unit=people.firm, drafted_by=people.clerk)
    row = EnrolmentFactory(run=run, requested=True, nomination=made)
    assert shown(client.get(LIST)) == []
    assert list(client.post(LIST, {"chosen": [row.pk], "approve": ""}).context["form"].errors) == ["chosen"]


def test_those_ticked_are_admitted_and_the_others_stay(client, people):
    run = CourseRunFactory(capacity=1, waitlist_enabled=False)
    first, second = (EnrolmentFactory(run=run, requested=True) for _ in range(2))
    left = EnrolmentFactory(requested=True)
    response = client.post(f"{LIST}?run={run.pk}", {"chosen": [first.pk, second.pk], "approve": ""}, follow=True)
    assert statuses(first, second, left) == ["confirmed", "requested", "requested"]
    assert shown(response) == [second]
    said = [str(message).strip() for message in response.context["messages"]]
    assert said[1] == f"{second}：{say('All seats are taken and this class keeps no waiting list.')}"


def test_turning_down_needs_a_reason_and_keeps_what_was_ticked(client, people):
    rows = [EnrolmentFactory(requested=True) for _ in range(2)]
    ticked = {"chosen": [rows[0].pk], "decline": ""}
    response = client.post(LIST, ticked)
    assert list(response.context["form"].errors) == ["reason"]
    assert [is_ticked for _row, is_ticked in response.context["rows"]] == [True, False]
    client.post(LIST, ticked | {"reason": "名额已分配"})
    assert statuses(*rows) == ["declined", "requested"]
    assert rows[0].events.last().reason == "名额已分配"


def test_nobody_ticked_is_told(client, people):
    assert client.post(LIST, {"approve": ""}).context["form"].errors == {"chosen": [say("Tick at least one request.")]}


def test_what_is_no_request_cannot_be_ticked(client, people):
    row = EnrolmentFactory()
    assert list(client.post(LIST, {"chosen": [row.pk], "approve": ""}).context["form"].errors) == ["chosen"]


def test_others_have_no_such_page(client, people):
    row = EnrolmentFactory(requested=True, person=learner(people.firm))
    for person in (people.clerk, people.leader):
        client.force_login(person)
        assert client.get(LIST).url == "/admin/"
        assert client.post(LIST, {"chosen": [row.pk], "approve": ""}).url == "/admin/"
    assert statuses(row) == ["requested"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three_requests(client, people, count, django_assert_num_queries):
    for _ in range(count):
        EnrolmentFactory(requested=True)
    client.get(LIST)
    with django_assert_num_queries(11):
        assert len(shown(client.get(LIST))) == count
