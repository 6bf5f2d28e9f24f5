"""A page for few is opened by few, under whatever address, and a circle holds for everything below it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.enums import LessonAccess
from people.enums import ReadingScope
from people.models import PageReader
from people.permissions import may_read
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Any:
    return CoursePageFactory(title="机要写作", slug="closed")


def statuses(client: Client, address: str, people: list[Any]) -> list[int]:
    found = []
    for person in people:
        client.logout()
        if person is not None:
            client.force_login(person)
        found.append(client.get(address).status_code)
    return found


def test_members_only(client: Client, course: Any) -> None:
    PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    assert statuses(client, course.url, [None, UserFactory()]) == [302, 200]
    client.logout()
    assert client.get(course.url)["Location"] == "/accounts/login/?next=/courses/closed/"


def test_one_unit_with_those_below_it_and_one_person(client: Client, course: Any) -> None:
    bureau = UnitFactory()
    inside, outside, named = UserFactory(unit=UnitFactory(parent=bureau)), UserFactory(), UserFactory()
    PageReader.objects.create(page=course, scope=ReadingScope.UNIT, unit=bureau)
    PageReader.objects.create(page=course, scope=ReadingScope.PERSON, person=named)
    people = [None, inside, outside, named, UserFactory(superuser=True)]
    assert statuses(client, course.url, people) == [302, 200, 404, 200, 200]


def test_what_lies_below_is_closed_too(client: Client, course: Any) -> None:
    lesson = LessonPageFactory(parent=course, access=LessonAccess.PUBLIC)
    assert statuses(client, lesson.url, [None]) == [200]
    PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    assert statuses(client, lesson.url, [None]) == [302]


def test_its_classes_are_seen_by_those_inside_and_by_those_who_are_in_them(client: Client, course: Any) -> None:
    inside, outside, learner = UserFactory(), UserFactory(), UserFactory()
    run = CourseRunFactory(course=course)
    EnrolmentFactory(run=run, person=learner)
    people = [None, outside, inside, learner]
    assert statuses(client, f"/runs/{run.pk}/", people) == [200, 200, 200, 200]
    PageReader.objects.create(page=course, scope=ReadingScope.PERSON, person=inside)
    assert statuses(client, f"/runs/{run.pk}/", people) == [404, 404, 200, 200]
    assert statuses(client, f"/runs/{run.pk}/calendar.ics", people) == [404, 404, 200, 200]


def test_the_catalogue_names_it_to_those_inside_alone(client: Client, course: Any) -> None:
    inside, outside = UserFactory(), UserFactory()
    CourseRunFactory(course=course)
    PageReader.objects.create(page=course, scope=ReadingScope.PERSON, person=inside)
    catalogue = course.get_parent().url
    named = []
    for person in (None, outside, inside):
        client.logout()
        if person is not None:
            client.force_login(person)
        named.append("机要写作" in client.get(catalogue).content.decode())
    assert named == [False, False, True]


def test_an_open_page_costs_one_question(course: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert may_read(AnonymousUser(), course)
