"""Units and professions of the demo bureau."""

from __future__ import annotations

from django.db import transaction

from home.demo import source
from people.models import Profession, Unit


@transaction.atomic
def load_units() -> int:
    """Make the units that are missing; parents stand above their children in the file. Return how many."""
    known = {unit.name: unit for unit in Unit.objects.all()}
    before = len(known)
    for position, row in enumerate(source.rows("units"), start=1):
        if row["name"] not in known:
            known[row["name"]] = Unit.objects.create(
                name=row["name"],
                short_name=row["short_name"],
                type=row["type"],
                parent=known.get(row["parent"]),
                position=position,
            )
    return len(known) - before


@transaction.atomic
def load_professions() -> int:
    """Make the professions that are missing. Return how many."""
    made = 0
    for position, row in enumerate(source.rows("professions"), start=1):
        fields = {"name": row["name"], "name_en": row["en"], "position": position}
        made += Profession.objects.get_or_create(code=row["code"], defaults=fields)[1]
    return made
