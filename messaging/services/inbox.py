"""What a person does with the own letters: read them, choose what comes by mail."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from messaging.models import Message, Preferences
from people.models import User


def mark_read(*, person: User, message: Message | None = None, at: datetime.datetime | None = None) -> int:
    """Mark one letter of the person as read, or all of them; return how many were not."""
    rows = Message.objects.filter(person=person)
    if message is not None:
        rows = rows.filter(pk=message.pk)
    return rows.mark_read(at or timezone.now())


def save_preferences(*, person: User, **choices: Any) -> Preferences:
    """Store what the person chose; keys are fields of `Preferences`. What is not named stays."""
    return Preferences.objects.update_or_create(person=person, defaults=choices)[0]
