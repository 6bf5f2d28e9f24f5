"""Sending what waits in the outbox, each letter once.

A letter is claimed by one conditional UPDATE that is committed before anything is sent. Whoever dies between sending
and noting it leaves the letter as `sending`; after its lease it is `in_doubt` and stays there: a person decides
(`docs/rules/messages.md`). Never called while somebody waits for a page.
"""

from __future__ import annotations

import datetime
import logging
import time
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from core.clock import every
from messaging.channels.base import Channel, ChannelFault, Line, NotSent, Unanswered
from messaging.channels.mail import MailChannel
from messaging.channels.webhook import WebhookChannel
from messaging.enums import ChannelCode, DeliveryState, Fault
from messaging.models import Delivery
from messaging.selectors.receivers import preferences_of
from messaging.services.post import why_not

CHANNELS: dict[str, Channel] = {ChannelCode.MAIL: MailChannel(), ChannelCode.WEBHOOK: WebhookChannel()}
LEASE = datetime.timedelta(minutes=10)
TRIED_FOR = datetime.timedelta(hours=24)
FIRST_WAIT, LONGEST_WAIT = datetime.timedelta(minutes=1), datetime.timedelta(hours=2)
LONGEST_BATCH = 45  # seconds: the next minute goes on
log = logging.getLogger(__name__)
_S = DeliveryState


@every(minutes=1, name="messaging.deliver", lease=LEASE)
def deliver_due(at: datetime.datetime) -> int:
    """The job of the clock."""
    return deliver(at)


def deliver(at: datetime.datetime | None = None) -> int:
    """Send what is due on every channel; return how many letters went out.

    Several processes may do it at once. A channel on which nobody answers is left alone until the next call.
    """
    at = at or timezone.now()
    put_in_doubt(at)
    return sum(_Round(code, channel, at).run() for code, channel in CHANNELS.items() if channel.is_set_up)


def put_in_doubt(at: datetime.datetime) -> int:
    """Take the letters whose sender died out of its hands; return how many."""
    return Delivery.objects.abandoned(at).update(state=_S.IN_DOUBT, claimed_until=None, last_error=Fault.NO_ANSWER)


@dataclass
class _Round:
    """One channel, one open line, until nothing is due, the line breaks, or the time is up."""

    code: str
    channel: Channel
    at: datetime.datetime

    def run(self) -> int:
        first = self._claim()
        if first is None:
            return 0
        try:
            with self.channel.line() as line:
                return self._send_all(first, line)
        except NotSent as fault:  # nobody there: this one waits a little, the others stay as they are
            _failed(first, fault, self.at)
            return 0

    def _send_all(self, first: Delivery, line: Line) -> int:
        count, delivery, until = 0, first, time.monotonic() + LONGEST_BATCH
        while True:
            fault = _send(delivery, line, self.at)
            count += fault is None
            if (fault and fault.hangs_up) or time.monotonic() > until:
                return count
            following = self._claim()
            if following is None:
                return count
            delivery = following

    def _claim(self) -> Delivery | None:
        """Take an urgent letter, else the one that waits longest; those that nobody wants any more are put aside."""
        due = Delivery.objects.due(self.at).filter(channel=self.code)
        while (
            pk := due.order_by("-message__urgent", "next_try_at", "pk").values_list("pk", flat=True).first()
        ) is not None:
            lease = {"state": _S.SENDING, "claimed_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
            if due.filter(pk=pk).update(**lease):
                delivery = Delivery.objects.select_related("message__person__message_preferences").get(pk=pk)
                if not _put_aside(delivery):
                    return delivery
        return None


def _put_aside(delivery: Delivery) -> bool:
    """True if the person has gone, has no address or does not want it any more: then the letter is skipped."""
    message = delivery.message
    fault = why_not(message, message.person) if message.person else ""
    if fault:
        _leave(delivery, _S.SKIPPED, last_error=fault)
    return bool(fault)


def _send(delivery: Delivery, line: Line, at: datetime.datetime) -> ChannelFault | None:
    try:
        line.send(delivery)
    except NotSent as fault:
        _failed(delivery, fault, at)
        return fault
    except Unanswered as fault:
        _leave(delivery, _S.IN_DOUBT, last_error=fault.text)
        return fault
    _leave(delivery, _S.SENT, sent_at=timezone.now(), last_error="")
    return None


def _failed(delivery: Delivery, fault: NotSent, at: datetime.datetime) -> None:
    log.warning("Letter %s was not sent: %s.", delivery.pk, fault.text)
    over = fault.is_final or at >= delivery.queued_at + TRIED_FOR
    state = _S.GIVEN_UP if over else _S.FAILED
    _leave(delivery, state, last_error=fault.text, next_try_at=_next_try(delivery, at))


def _next_try(delivery: Delivery, at: datetime.datetime) -> datetime.datetime:
    """1, 2, 4 … minutes later, two hours at most, and in the morning if it would be in quiet hours."""
    wait = FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10)
    moment = at + min(wait, LONGEST_WAIT)
    message = delivery.message
    return moment if message.urgent or not message.person else preferences_of(message.person).not_before(moment)


def _leave(delivery: Delivery, state: DeliveryState, **facts: object) -> None:
    """Note how it went. If the lease ran out meanwhile, what is known now is better than the doubt."""
    ours = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state__in=(_S.SENDING, _S.IN_DOUBT))
    ours.update(state=state, claimed_until=None, **facts)
