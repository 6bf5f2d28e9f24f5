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
from tests.factories import CoursePageFactory, CourseRunFactory, LessonPageFactory, UnitFactory, UserFactory

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


def test_visitors_do_not_see_its_classes(client: Client, course: Any) -> None:
    run = CourseRunFactory(course=course)
    assert statuses(client, f"/runs/{run.pk}/", [None]) == [200]
    PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    assert statuses(client, f"/runs/{run.pk}/", [None, UserFactory()]) == [404, 200]
    client.logout()
    assert client.get(f"/runs/{run.pk}/calendar.ics").status_code == 404


def test_an_open_page_costs_one_question(course: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert may_read(AnonymousUser(), course)
