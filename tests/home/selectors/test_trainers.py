"""Profiles, and whose names visitors may read."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.presenters.teachers import Named, named, teachers_with_profile, timetable
from home.presenters.trainers import profiles
from home.selectors.trainers import courses_taught, public_profiles, runs_taught, trainers
from tests.factories import CourseRunFactory, TrainerPageFactory, UserFactory, close_to

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def test_published_profiles_in_the_order_of_the_tree() -> None:
    first, second = TrainerPageFactory(), TrainerPageFactory()
    closed = close_to(TrainerPageFactory())
    TrainerPageFactory(live=False)
    assert list(trainers(NOBODY)) == [first, second]
    assert list(trainers(UserFactory())) == [first, second, closed]


def test_public_profiles_are_those_with_an_account_that_everybody_may_read() -> None:
    person, shy = UserFactory(), UserFactory()
    page = TrainerPageFactory(person=person, title="杨守信")
    TrainerPageFactory(title="外请")
    close_to(TrainerPageFactory(person=shy))
    assert public_profiles() == {person.pk: ("杨守信", page.url)}
    assert profiles() == {person.pk: Named("杨守信", page.url)}


def test_visitors_read_the_names_of_those_with_a_profile_only() -> None:
    person, shy, reader = UserFactory(), UserFactory(name="不公开"), UserFactory()
    page = TrainerPageFactory(person=person, title="杨守信")
    assert named(None, reader) is None
    assert named(person, NOBODY) == named(person, reader) == Named("杨守信", page.url)
    assert named(shy, NOBODY) is None
    assert named(shy, reader) == Named("不公开")
    assert teachers_with_profile([person.pk, person.pk, shy.pk]) == [Named("杨守信", page.url)]
    run = CourseRunFactory(trainers=[person, shy])
    [line] = timetable(run.sessions.prefetch_related("trainers"), NOBODY)
    assert line.trainers == [Named("杨守信", page.url)]


def test_classes_and_courses_of_a_trainer() -> None:
    person, at = UserFactory(), timezone.now()
    page = TrainerPageFactory(person=person)
    coming = CourseRunFactory(trainers=[person], course__code="A-1")
    past = CourseRunFactory(finished=True, trainers=[person], course__code="A-2")
    CourseRunFactory(planned=True, trainers=[person])
    CourseRunFactory()
    hidden = CourseRunFactory(trainers=[person])
    close_to(hidden.course)
    assert list(runs_taught(page, at, NOBODY)) == [coming]
    assert list(courses_taught(page, NOBODY)) == [coming.course, past.course]
    assert set(runs_taught(page, at, UserFactory())) == {coming, hidden}


def test_a_guest_without_an_account_has_no_classes() -> None:
    CourseRunFactory()
    page = TrainerPageFactory()
    assert list(runs_taught(page, timezone.now(), NOBODY)) == list(courses_taught(page, NOBODY)) == []


@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_takes_a_constant_number_of_queries(django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        TrainerPageFactory()
    with django_assert_num_queries(2):
        list(trainers(NOBODY))
