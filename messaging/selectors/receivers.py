"""The people to whom letters go: address, wishes, language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from messaging.models import Preferences
from people.models import User


def receivers(ids: Iterable[int]) -> dict[int, User]:
    """Return these people with their preferences, by id. One query."""
    rows = User.objects.filter(pk__in=set(ids)).select_related("message_preferences")
    return {person.pk: person for person in rows}


def with_preferences(people: Iterable[User]) -> None:
    """Give these people what they chose, as `select_related` would have: one query, none if all of them have it."""
    chosen = User._meta.get_field("message_preferences")  # noqa: SLF001
    lacking = [person for person in people if not chosen.is_cached(person)]
    if not lacking:
        return
    found = {row.person_id: row for row in Preferences.objects.filter(person__in=[person.pk for person in lacking])}
    for person in lacking:
        chosen.set_cached_value(person, found.get(person.pk))


def preferences_of(person: Any) -> Preferences:
    """Return what the person chose, or what holds for those who never chose (not stored)."""
    try:
        return person.message_preferences  # type: ignore[no-any-return]
    except Preferences.DoesNotExist:
        return Preferences(person=person)


def language_of(person: Any) -> str:
    """The language in which to write to the person."""
    chosen = preferences_of(person).language
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
