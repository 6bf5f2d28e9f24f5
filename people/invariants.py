"""What must be true of people and units."""

from collections.abc import Iterator

from django.db.models import F, Q

from core.invariants import invariant
from people.models import Membership


@invariant("people.overlapping_memberships")
def overlapping_memberships() -> Iterator[str]:
    """Nobody belongs to two units on one day."""
    later_starts_inside = Q(person__memberships__start__gt=F("start")) & (
        Q(end__isnull=True) | Q(person__memberships__start__lte=F("end"))
    )
    for membership in Membership.objects.filter(later_starts_inside).select_related("person", "unit").distinct():
        yield f"{membership.person.username} belongs to {membership.unit.name} and to another unit at once"
