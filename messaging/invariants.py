"""What must be true of letters and of the outbox."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone

from core.invariants import invariant
from messaging.enums import ChannelCode
from messaging.models import Delivery, Message

HOUR = datetime.timedelta(hours=1)


@invariant("messaging.outbox_follows_inbox")
def outbox_follows_inbox() -> Iterator[str]:
    """A letter to a person has one line in the outbox by mail, a notice to the group one by webhook."""
    mails = Count("deliveries", Q(deliveries__channel=ChannelCode.MAIL))
    hooks = Count("deliveries", Q(deliveries__channel=ChannelCode.WEBHOOK))
    rows = Message.objects.annotate(mails=mails, hooks=hooks).order_by("pk")
    in_step = Q(person__isnull=False, mails=1, hooks=0) | Q(person__isnull=True, mails=0, hooks=1)
    for message in rows.exclude(in_step):
        yield f"letter {message.pk}: {message.mails} lines by mail and {message.hooks} by webhook"


@invariant("messaging.nothing_stays_in_sending")
def nothing_stays_in_sending() -> Iterator[str]:
    """A letter whose sender died is put in doubt within the hour: else nobody delivers."""
    for delivery in Delivery.objects.abandoned(timezone.now() - HOUR).order_by("pk"):
        yield f"outgoing letter {delivery.pk} is being sent since {delivery.claimed_until:%Y-%m-%d %H:%M} UTC"
