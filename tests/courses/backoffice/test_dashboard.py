"""What waits, on the first page of the admin: for the office, and for the head of a unit."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.backoffice.dashboard import ListsToSignPanel, ToDoPanel
from courses.models import Nomination, NominationEntry
from tests.courses.backoffice.helpers import NOW, learner, town
from tests.factories import CourseRunFactory, EnrolmentFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return town()


def shown(panel, person, rf):
    request = rf.get("/admin/")
    request.user = person
    return panel().get_context_data({"request": request})


def drawn(unit, by, *, status="draft", names=1):
    made = Nomination.objects.create(run=CourseRunFactory(), unit=unit, drafted_by=by, status=status)
    for position in range(names):
        NominationEntry.objects.create(nomination=made, person=learner(unit), position=position)
    return made


def test_the_office_sees_lists_offers_about_to_end_and_classes_with_too_few_people(people, rf):
    waiting = drawn(people.firm, people.clerk, status="submitted")
    drawn(people.firm, people.clerk)
    midnight = timezone.localtime(NOW).replace(hour=23, minute=59)
    today = EnrolmentFactory(offered=True, offer_expires_at=midnight)
    EnrolmentFactory(offered=True, offer_expires_at=midnight + datetime.timedelta(minutes=2))
    short = CourseRunFactory(closed=True, minimum=5, below_minimum_at=NOW)
    CourseRunFactory(running=True, minimum=5, below_minimum_at=NOW)
    CourseRunFactory(postponed=True, minimum=5, below_minimum_at=NOW)
    found = shown(ToDoPanel, people.office, rf)["to_do"]
    assert (found.lists.rows, found.lists.count) == ([waiting], 1)
    assert (found.offers.rows, found.short_runs.rows) == ([today], [short])


def test_counts_are_whole_where_rows_are_cut(people, rf):
    for _ in range(6):
        EnrolmentFactory(requested=True)
    requests = shown(ToDoPanel, people.office, rf)["to_do"].requests
    assert (len(requests.rows), requests.count) == (5, 6)


def test_the_head_of_a_unit_sees_lists_of_the_own_unit_that_another_drew_up(people, rf):
    head = person_with("unit_head", unit=people.firm)
    wanted = drawn(people.firm, people.clerk, names=2)
    returned = drawn(people.firm, people.clerk, status="returned")
    drawn(people.firm, head)
    drawn(people.firm, people.clerk, names=0)
    drawn(people.firm, people.clerk, status="signed")
    drawn(people.section, people.office)
    lists = shown(ListsToSignPanel, head, rf)["lists"]
    assert (set(lists.rows), lists.count) == ({wanted, returned}, 2)


def test_the_panel_of_lists_stands_on_the_page_of_the_head_alone(client, people):
    made = drawn(people.firm, people.clerk)
    link = reverse("nominations:inspect", args=[made.pk])
    for person, count in ((person_with("unit_head", unit=people.firm), 1), (people.clerk, 0), (people.office, 0)):
        client.force_login(person)
        assert client.get("/admin/").content.decode().count(link) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_panels_take_the_same_queries_for_one_and_three_rows(people, rf, count, django_assert_num_queries):
    for _ in range(count):
        drawn(people.firm, people.clerk, status="submitted")
        drawn(people.firm, people.clerk)
        EnrolmentFactory(offered=True, offer_expires_at=NOW)
        CourseRunFactory(closed=True, minimum=5, below_minimum_at=NOW)
    with django_assert_num_queries(15):
        found = shown(ToDoPanel, people.office, rf)["to_do"]
        assert (found.lists.count, found.offers.count, found.short_runs.count) == (count, count, count)
        assert shown(ListsToSignPanel, people.office, rf)["lists"].count == count
