"""What the office decides about letters that did not get through."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from core import audit
from messaging.enums import FOR_A_PERSON, DeliveryState
from messaging.errors import NothingToSend
from messaging.models import Delivery
from messaging.signals import letters_due
from people.models import User


@transaction.atomic
def send_again(*, delivery: Delivery, by: User, at: datetime.datetime | None = None) -> Delivery:
    """Put a letter that is in doubt or was given up back into the outbox, for another day of tries.

    Raises NothingToSend for any other letter, so that two people who press at once send it once.
    """
    at = at or timezone.now()
    stored = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=delivery.pk)
    if stored.state not in FOR_A_PERSON:
        raise NothingToSend
    before, stored.state = stored.state, DeliveryState.QUEUED
    stored.queued_at = stored.next_try_at = at
    stored.save(update_fields=["state", "queued_at", "next_try_at"])
    audit.record("messaging.sent_again", stored, by=by, data={"from": before, "letter": stored.message.key})
    transaction.on_commit(lambda: letters_due.send(Delivery), robust=True)
    return stored
