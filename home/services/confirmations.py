"""Confirming that a notice was read, and reminding those who have not."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import audit
from home.errors import NobodyToRemind, NotAsked, NoticeChanged
from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.answers import to_remind
from home.selectors.confirmations import asks
from home.signals import people_reminded
from people.models import User


def confirm_read(
    *, notice: NoticePage, person: User, seen_round: int | None = None, at: datetime.datetime | None = None
) -> NoticeReceipt:
    """Record that the person has read the notice; a second time it is the first receipt that comes back.

    `seen_round` is the round that the person saw; None means the present one. After the deadline a confirmation still
    counts, its time tells. Raises NoticeChanged, NotAsked.
    """
    current = NoticePage.objects.filter(pk=notice.pk, live=True, confirm_required=True).first()
    if current is None:
        raise NotAsked
    if seen_round not in (None, current.confirm_round):
        raise NoticeChanged
    given = {"notice": current, "person": person, "round": current.confirm_round}
    receipt: NoticeReceipt | None = NoticeReceipt.objects.filter(**given).first()
    if receipt is None and not asks(current, person):
        raise NotAsked
    # The unique constraint settles who was first if the button was pressed twice at once.
    return (
        receipt
        or NoticeReceipt.objects.get_or_create(
            **given, defaults={"unit": person.unit, "confirmed_at": at or timezone.now()}
        )[0]
    )


@transaction.atomic
def remind(*, notice: NoticePage, people: Any, by: User, at: datetime.datetime | None = None) -> list[NoticeReminder]:
    """Remind those of the people (a queryset) whom the notice asks and who have not confirmed it.

    Nobody is reminded twice on one day. Writes an audit entry; `people_reminded` goes out on commit. Raises
    NobodyToRemind.
    """
    at = at or timezone.now()
    current = NoticePage.objects.select_for_update().get(pk=notice.pk)
    missing = to_remind(current, people, timezone.localdate(at))
    if not missing:
        raise NobodyToRemind
    rows = [
        NoticeReminder(notice=current, person_id=pk, by=by, round=current.confirm_round, reminded_at=at)
        for pk in sorted(missing)
    ]
    made = NoticeReminder.objects.bulk_create(rows)
    audit.record("home.notice_reminded", current, by=by, data={"people": len(made)})
    transaction.on_commit(lambda: people_reminded.send(NoticeReminder, reminders=made))
    return made
