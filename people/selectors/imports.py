"""Which imports somebody may see, and who may be meant in their rows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from people.models import ImportBatch, ImportRow, User
from people.permissions import see_all_units


def imports_open_to(user: User, kind: str) -> QuerySet[ImportBatch]:
    """Imports of that kind: the own ones, and everybody's for whoever sees all units."""
    batches = ImportBatch.objects.filter(kind=kind).select_related("by")
    return batches if see_all_units(user) else batches.filter(by=user)


def meant_in(rows: Iterable[ImportRow]) -> dict[int, User]:
    """The people to choose from in these rows, with their units. Two queries."""
    wanted = {pk for row in rows for pk in row.candidates}
    return User.objects.with_unit().in_bulk(wanted) if wanted else {}
