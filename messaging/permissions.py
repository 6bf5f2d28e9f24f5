"""Who may see which letters of the outbox."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from messaging.models import Delivery
from people.models import User
from people.permissions import UnitScopedPolicy

SEE = "messaging.view_delivery"
SEND_AGAIN = "messaging.change_delivery"


class DeliveryPolicy(UnitScopedPolicy):
    """A letter is a row of the unit to which its receiver belongs today; notices to the group are for the whole bureau.

    The text of a letter is its receiver's: the office sees subject and way, not the body.
    """

    def __init__(self) -> None:
        super().__init__(Delivery, "message__person")

    def narrow(self, rows: QuerySet[Any], unit_ids: set[int]) -> QuerySet[Any]:
        return rows.filter(message__person__in=User.objects.in_units(unit_ids))
