"""The secret address: made, renewed, taken back; nothing readable is kept."""

import pytest
from wagtail.models import ModelLogEntry

from courses.models import CalendarFeed
from courses.models.calendar import digest_of
from courses.services.calendar import make_address, remove_address
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_token_is_long_and_only_its_digest_is_kept() -> None:
    person = UserFactory()
    token = make_address(person=person, seen=0)
    feed = CalendarFeed.objects.get()
    assert (len(token) * 6 >= 128, feed.digest == digest_of(token), feed.number) == (True, True, 1)
    assert token not in str(CalendarFeed.objects.values().get())


def test_a_new_address_ends_the_one_before() -> None:
    person = UserFactory()
    first = make_address(person=person, seen=0)
    second = make_address(person=person, seen=1)
    assert (first != second, CalendarFeed.objects.get().digest) == (True, digest_of(second))


def test_the_same_form_sent_twice_makes_one_address() -> None:
    person = UserFactory()
    first = make_address(person=person, seen=0)
    assert make_address(person=person, seen=0) == ""
    assert CalendarFeed.objects.get().digest == digest_of(first)


def test_taking_back_twice_is_taking_back_once() -> None:
    person = UserFactory()
    remove_address(person=person)
    make_address(person=person, seen=0)
    remove_address(person=person)
    remove_address(person=person)
    feed = CalendarFeed.objects.get()
    assert (feed.digest, feed.number) == (None, 1)


def test_what_happened_is_written_down_without_the_token() -> None:
    person = UserFactory()
    token = make_address(person=person, seen=0)
    remove_address(person=person)
    entries = ModelLogEntry.objects.filter(action__startswith="courses.calendar").order_by("pk")
    assert [(entry.action, entry.object_id, entry.data) for entry in entries] == [
        ("courses.calendar_made", str(person.pk), {"number": 1}),
        ("courses.calendar_removed", str(person.pk), {"number": 1}),
    ]
    assert token not in str([entry.data for entry in entries])
