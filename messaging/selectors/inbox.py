"""What one person reads. Every function asks for that person's letters only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from messaging.models import Message


def letters(person: Any) -> QuerySet[Message]:
    """The letters of the person, the newest first."""
    return Message.objects.inbox_of(person)


def unread_count(person: Any) -> int:
    """How many letters the person has not opened. One query on an index of the unread alone."""
    return Message.objects.filter(person=person.pk).unread().count()
