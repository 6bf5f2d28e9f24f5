"""The register of statutes of the demo site, and the link from each quotation to the version that it quotes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from core.models import Statute, StatuteVersion
from home.demo import source
from home.demo.workdays import Workdays

Block = dict[str, Any]


@transaction.atomic
def load_statutes(days: Workdays) -> int:
    """Enter the versions that are missing. The dates are those of the laws; only "study by" follows the load day."""
    known = set(StatuteVersion.objects.values_list("statute__name", "label"))
    missing = [row for row in source.rows("statutes") if (row["name"], row["label"]) not in known]
    for row in missing:
        _enter(row, days)
    return len(missing)


def _enter(row: dict[str, str], days: Workdays) -> None:
    statute, _ = Statute.objects.get_or_create(name=row["name"], defaults={"short_name": row["short_name"]})
    StatuteVersion.objects.create(
        statute=statute,
        label=row["label"],
        in_force_from=datetime.date.fromisoformat(row["in_force_from"]),
        study_by=days.day(int(row["study_offset"])) if row["study_offset"] else None,
        changes=row["changes"],
    )


def cited(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the version of the register at each quotation that the register knows."""
    known = {(law, label): pk for pk, law, label in StatuteVersion.objects.values_list("pk", "statute__name", "label")}
    return [_cited(block, known) for block in blocks]


def _cited(block: Block, known: dict[tuple[str, str], int]) -> Block:
    quoted = block.get("statute")
    if not quoted:
        return block
    return {"statute": {**quoted, "source": known.get((quoted["law"], quoted["version"]))}}
