"""Making and taking back the secret address of a person's calendar."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core import audit
from courses.models import CalendarFeed
from courses.models.calendar import digest_of, new_token
from people.models import User


@transaction.atomic
def make_address(*, person: User, seen: int) -> str:
    """Make a new address and let go of the one before; return its token, which is not kept anywhere.

    `seen` is the `number` that the person's form was made with: if another address was made since, nothing happens and
    the answer is empty, so that a form sent twice does not undo the address that was just copied.
    """
    feed = _lock(person)
    if feed.number != seen:
        return ""
    token = new_token()
    feed.digest, feed.number, feed.made_at = digest_of(token), feed.number + 1, timezone.now()
    feed.save()
    audit.record("courses.calendar_made", person, by=person, data={"number": feed.number})
    return token


@transaction.atomic
def remove_address(*, person: User) -> None:
    """Let go of the address, if there is one; whoever has it reads nothing more."""
    feed = _lock(person)
    if feed.digest is None:
        return
    feed.digest = None
    feed.save(update_fields=["digest"])
    audit.record("courses.calendar_removed", person, by=person, data={"number": feed.number})


def _lock(person: User) -> CalendarFeed:
    CalendarFeed.objects.get_or_create(person=person)
    return CalendarFeed.objects.select_for_update(no_key=True).get(person=person)
