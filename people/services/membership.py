"""Joining and changing units."""

import datetime

from django.db import transaction

from core import audit
from people.errors import AlreadyInUnit, MoveBeforeJoining
from people.models import Membership, Unit, User


@transaction.atomic
def assign_unit(*, person: User, unit: Unit, start: datetime.date, by: User | None) -> Membership:
    """Let the person belong to `unit` from `start` on; the present membership ends the day before.

    Old rosters keep the old unit. Raises AlreadyInUnit, MoveBeforeJoining. Writes an audit entry.
    """
    User.objects.select_for_update().get(pk=person.pk)
    present = person.memberships.filter(end__isnull=True).first()
    if present is not None:
        _end(present, unit, start)
    membership = Membership.objects.create(person=person, unit=unit, start=start)
    audit.record("people.assign_unit", person, by=by, data={"unit": unit.name, "start": start.isoformat()})
    return membership


def _end(present: Membership, unit: Unit, start: datetime.date) -> None:
    if present.unit_id == unit.pk:
        raise AlreadyInUnit
    if start <= present.start:
        raise MoveBeforeJoining
    present.end = start - datetime.timedelta(days=1)
    present.save(update_fields=["end"])
