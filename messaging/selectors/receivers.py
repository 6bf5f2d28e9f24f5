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
