"""Writing letters: into the inbox of each person, and into the outbox for those who have them by mail.

It happens inside the caller's transaction, so a letter exists if and only if its event does. Nothing is sent here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.db.rows import insert
from messaging.enums import ChannelCode, DeliveryState, Fault, Topic
from messaging.models import Delivery, Message
from messaging.selectors.receivers import preferences_of, with_preferences
from messaging.signals import letters_due
from messaging.topics import topic_of
from people.models import User

SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Letter:
    """One event for one person, worded in that person's language.

    `key` names the event: the same key again is no new letter. `url` is an address of this site, from its first
    slash. `urgent` is mailed in quiet hours too. `own` says that the person did it: then it stands in the inbox as
    read, and is mailed only to those who asked for copies. `person` None goes to the group chat and names nobody.
    """

    person: User | None
    kind: str
    key: str
    subject: str
    body: str
    url: str = ""
    urgent: bool = False
    own: bool = False

    @property
    def topic(self) -> Topic:
        return Topic.OWN if self.own else topic_of(self.kind)


def post(*, letters: Iterable[Letter], at: datetime.datetime | None = None, first_time: bool = False) -> int:
    """Store the letters that are not there yet; return how many are new. Four queries, or none without letters.

    With `first_time` the caller vouches that the events were made in this transaction, so that nobody can have told
    them: one query less. Raises LookupError for a kind that nobody declared, ValueError for an address of another
    site.
    """
    at = at or timezone.now()
    wanted = [letter for letter in letters if letter.person or settings.WEBHOOK_URL]
    if not wanted:
        return 0
    with transaction.atomic(savepoint=False):
        made = _stored(wanted, at, first_time)
        people = {letter.person.pk: letter.person for letter in wanted if letter.person}
        with_preferences(people.values())  # most callers have read them
        rows = [_delivery(row, people, at) for row in made]
        _store(rows, first_time)
    if any(row.state == DeliveryState.QUEUED and row.next_try_at <= timezone.now() for row in rows):
        transaction.on_commit(_tell, robust=True)
    return len(made)


def _tell() -> None:
    letters_due.send(Delivery)


def _message(letter: Letter, at: datetime.datetime) -> Message:
    if letter.url and (not letter.url.startswith("/") or letter.url.startswith("//")):
        raise ValueError("A letter leads to an address of this site.")
    return Message(
        person=letter.person,
        key=letter.key,
        kind=letter.kind,
        topic=letter.topic,
        subject=" ".join(letter.subject.split())[:SUBJECT_LENGTH],  # one line: it becomes a header
        body=letter.body.strip(),
        url=letter.url,
        urgent=letter.urgent,
        created_at=at,
        read_at=at if letter.own else None,
    )


def _stored(wanted: list[Letter], at: datetime.datetime, first_time: bool) -> list[Message]:
    rows = [_message(letter, at) for letter in wanted]
    _store(rows, first_time)
    return rows if first_time else _without_delivery(wanted)


def _store(rows: list[Any], first_time: bool) -> None:
    """Most events are told to one person: of these there are hundreds in the minute when a class opens."""
    if first_time and len(rows) == 1:
        insert(rows[0])
    elif rows:
        type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=not first_time)  # noqa: SLF001


def _without_delivery(wanted: list[Letter]) -> list[Message]:
    """The letters just stored; those that were told before have their delivery already."""
    pairs = {(letter.person.pk if letter.person else None, letter.key) for letter in wanted}
    rows = Message.objects.filter(key__in={key for _person, key in pairs}, deliveries__isnull=True)
    return [row for row in rows if (row.person_id, row.key) in pairs]


def _delivery(message: Message, people: dict[int, User], at: datetime.datetime) -> Delivery:
    if message.person_id is None:
        return Delivery(message=message, channel=ChannelCode.WEBHOOK, queued_at=at, next_try_at=at)
    person = people[message.person_id]
    fault = why_not(message, person)
    state = DeliveryState.SKIPPED if fault else DeliveryState.QUEUED
    start = at if message.urgent else preferences_of(person).not_before(at)
    return Delivery(
        message=message, channel=ChannelCode.MAIL, state=state, last_error=fault, queued_at=at, next_try_at=start
    )


def why_not(message: Message, person: User) -> str:
    """Return the fault for which the letter is not mailed to the person; empty if it is."""
    if not person.is_active:
        return Fault.ACCOUNT_OFF
    if not preferences_of(person).wants(message.topic):
        return Fault.NOT_WANTED
    if not person.email:
        return Fault.NO_ADDRESS
    return "" if settings.MAIL_URL else Fault.NO_SERVER
