"""The outbox as the office reads it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from messaging.enums import FOR_A_PERSON, WAITING, DeliveryState
from messaging.models import Delivery


@dataclass(frozen=True)
class Tally:
    """Letters by state, and since when the oldest of those that may go out has waited. `stuck`: somebody decides."""

    counts: dict[str, int]
    oldest: datetime.datetime | None

    @property
    def stuck(self) -> int:
        return sum(self.counts.get(state, 0) for state in FOR_A_PERSON)


def tally(rows: QuerySet[Delivery], at: datetime.datetime) -> Tally:
    """Count the rows. One query."""
    counts = {state: Count("pk", Q(state=state)) for state in DeliveryState.values}
    oldest = Min("queued_at", filter=Q(state__in=WAITING, next_try_at__lte=at))
    found = rows.order_by().aggregate(oldest=oldest, **counts)
    return Tally({state: found[state] for state in DeliveryState.values}, found["oldest"])
