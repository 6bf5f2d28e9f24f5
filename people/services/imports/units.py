"""单位: units with short name, type and the unit that they belong to. The full name says which unit is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import audit
from core.tables import repairs
from core.tables.layout import Column, Record
from core.tables.reading import Cell
from core.tables.repairs import Cleaned, Problem
from people.enums import RowResult, UnitType
from people.errors import RowChangedSince, RowUsedSince
from people.models import ImportBatch, ImportRow, Unit, User
from people.services.imports.kinds import Draft, ImportKind, register
from people.services.imports.reading import save_rows
from people.services.imports.uses import first_use

BLANK = Cell("")
COMPARED = ("short_name", "type", "parent")


@dataclass
class Tree:
    """The unit tree by full and by short name. `types` are the kinds of unit by their names in this language."""

    units: dict[int, Unit]
    types: dict[str, str]

    def __post_init__(self) -> None:
        self.by_name = {unit.name: unit for unit in self.units.values()}
        self.by_short_name = {unit.short_name: unit for unit in self.units.values()}


def snapshot(unit: Unit, tree: Tree) -> dict[str, str]:
    parent = tree.units[unit.parent_id].name if unit.parent_id else ""
    return {"name": unit.name, "short_name": unit.short_name, "type": unit.type, "parent": parent}


class UnitsKind(ImportKind):
    code = "units"
    title = _("Import units")
    permissions = ("people.add_unit", "people.change_unit")
    target = "unit"
    columns = (
        Column("name", ("单位名称", "单位全称", "单位"), is_required=True, is_key=True),
        Column("short_name", ("简称", "单位简称", "规范简称")),
        Column("type", ("单位类型", "类型"), is_required=True),
        Column("parent", ("上级单位", "所属单位", "主管单位"), fills=True),
    )

    def facts(self, by: User, context: Mapping[str, Any]) -> Tree:
        return Tree({unit.pk: unit for unit in Unit.objects.all()}, {str(kind.label): kind.value for kind in UnitType})

    def clean(self, record: Record, facts: Tree) -> Draft:
        draft, cells = Draft.of(record), record.cells
        draft.take("name", _solid(cells["name"], 80, "unit_missing"))
        draft.take("short_name", _solid(cells.get("short_name", BLANK), 40))
        kinds = facts.types | {kind.value: kind.value for kind in UnitType}
        draft.take("type", repairs.one_of(cells["type"], kinds, {}, "unit_type"))
        draft.take("parent", _solid(cells.get("parent", BLANK), 80))
        return draft

    def judge(self, drafts: Sequence[Draft], facts: Tree) -> None:
        _refuse_repeated(drafts)
        for draft in drafts:
            if draft.is_sound:
                _match(draft, facts)
        _find_parents(drafts, facts)
        _refuse_loops(drafts, facts)
        for draft in drafts:
            if not draft.is_sound:
                draft.result, draft.changes = RowResult.REFUSED, []
            elif draft.target is not None:
                _compare(draft, facts.units[draft.target], facts)

    def write(self, rows: Sequence[ImportRow], facts: Tree, by: User) -> None:
        before = {pk: snapshot(facts.units[pk], facts) for row in rows if (pk := row.unit_id)}
        units = _written(rows, facts)
        for row in rows:
            unit = units[row.values["name"]]
            row.undo = {"before": before.get(row.unit_id or 0), "after": _wanted(row, unit)}
            row.unit = unit
        save_rows(rows, ["unit", "undo"])
        for action, result in (("wagtail.create", RowResult.NEW), ("wagtail.edit", RowResult.CHANGED)):
            touched = [units[row.values["name"]] for row in rows if row.result == result]
            audit.record_many(action, ((unit, {}) for unit in touched), by=by)

    def undo(self, batch: ImportBatch, rows: Sequence[ImportRow], facts: Tree, by: User) -> None:
        for row in rows:
            unit = facts.units.get(row.unit_id or 0)
            if unit is None or snapshot(unit, facts) != row.undo["after"]:
                raise RowChangedSince(f"{RowChangedSince.message} ({row.number}: {row.values['name']})")
        fresh = [row.unit_id or 0 for row in rows if row.result == RowResult.NEW]
        _refuse_used(fresh)
        _restore([row for row in rows if row.result == RowResult.CHANGED], facts, by)
        gone = list(Unit.objects.filter(pk__in=fresh))
        audit.record_many("wagtail.delete", ((unit, {}) for unit in gone), by=by)
        Unit.objects.filter(pk__in=fresh).update(parent=None)
        Unit.objects.filter(pk__in=fresh).delete()


UNITS = register(UnitsKind())


def _solid(cell: Cell, longest: int, missing: str = "") -> Cleaned:
    """A name of a unit without blanks; it may not look like a formula."""
    cleaned = repairs.text(cell, longest)
    if "formula_like_text_kept" in cleaned.repairs:
        return Cleaned(problem=Problem("unit_name_invalid", cell.address, {"text": cell.text[:longest]}))
    value = "".join((cleaned.value or "").split())
    if missing and not value and not cleaned.problem:
        return Cleaned(problem=Problem(missing, cell.address))
    return Cleaned(value or None, (), cleaned.problem)


def _refuse_repeated(drafts: Sequence[Draft]) -> None:
    for name in ("name", "short_name"):
        rows: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if draft.values.get(name):
                rows[draft.values[name]].append(draft)
        for value, sharing in rows.items():
            for draft in sharing[1:]:
                draft.refuse("duplicate_in_file", name, row=sharing[0].number, field=name, number=value)


def _match(draft: Draft, facts: Tree) -> None:
    unit = facts.by_name.get(draft.values["name"])
    draft.target = unit.pk if unit else None
    short = draft.values.get("short_name") or (unit.short_name if unit else draft.values["name"])
    holder = facts.by_short_name.get(short)
    if holder is not None and holder.pk != draft.target:
        draft.refuse("short_name_taken", "short_name", text=holder.name)
    elif len(short) > 40:
        draft.refuse("short_name_missing", "short_name", "name")


def _find_parents(drafts: Sequence[Draft], facts: Tree) -> None:
    """A unit belongs to one that stands in the database or in a sound row of the table, by full or by short name."""
    here = {draft.values["name"]: draft.values["name"] for draft in drafts if draft.is_sound}
    here |= {draft.values["short_name"]: draft.values["name"] for draft in drafts
             if draft.is_sound and draft.values.get("short_name")}  # fmt: skip
    for draft in drafts:
        wanted = draft.values.get("parent")
        if not (draft.is_sound and wanted):
            continue
        known = facts.by_name.get(wanted) or facts.by_short_name.get(wanted)
        if known is None and wanted not in here:
            draft.refuse("parent_unknown", "parent", text=wanted)
        else:
            draft.values["parent"] = known.name if known else here[wanted]


def _refuse_loops(drafts: Sequence[Draft], facts: Tree) -> None:
    above = {unit.name: facts.units[unit.parent_id].name if unit.parent_id else "" for unit in facts.units.values()}
    above |= {draft.values["name"]: draft.values["parent"] for draft in drafts
              if draft.is_sound and draft.values.get("parent")}  # fmt: skip
    for draft in drafts:
        if not draft.is_sound:
            continue
        seen, name = set(), draft.values["name"]
        while name and name not in seen:
            seen.add(name)
            name = above.get(name, "")
        if name:
            draft.refuse("parent_loop", "parent", text=draft.values.get("parent") or "")


def _compare(draft: Draft, unit: Unit, facts: Tree) -> None:
    now = snapshot(unit, facts)
    draft.changes = [
        {"field": name, "old": _shown(name, now[name]), "new": _shown(name, draft.values[name])}
        for name in COMPARED
        if draft.values.get(name) and draft.values[name] != now[name]
    ]
    draft.result = RowResult.CHANGED if draft.changes else RowResult.UNCHANGED


def _shown(name: str, value: str) -> str:
    return str(UnitType(value).label) if name == "type" and value in UnitType.values else value


def _written(rows: Sequence[ImportRow], facts: Tree) -> dict[str, Unit]:
    """Make the new units, then hang all of them where they belong; return every unit by its name."""
    last = Unit.objects.aggregate(last=Max("position"))["last"] or 0
    fresh = [row for row in rows if row.result == RowResult.NEW]
    made = Unit.objects.bulk_create(
        Unit(
            name=row.values["name"], short_name=row.values.get("short_name") or row.values["name"],
            type=row.values["type"], position=min(last + number, 32_767),
        )
        for number, row in enumerate(fresh, start=1)
    )  # fmt: skip
    units = dict(facts.by_name) | {unit.name: unit for unit in made}
    for row in rows:
        _change(units[row.values["name"]], row.values, units)
    Unit.objects.bulk_update([units[row.values["name"]] for row in rows], COMPARED, batch_size=100)
    return units


def _change(unit: Unit, values: dict[str, Any], units: dict[str, Unit]) -> None:
    unit.short_name = values.get("short_name") or unit.short_name
    unit.type = values.get("type") or unit.type
    if values.get("parent"):
        unit.parent = units[values["parent"]]


def _wanted(row: ImportRow, unit: Unit) -> dict[str, str]:
    parent = unit.parent.name if unit.parent else ""
    return {"name": unit.name, "short_name": unit.short_name, "type": unit.type, "parent": parent}


def _refuse_used(fresh: Sequence[int]) -> None:
    """Raise RowUsedSince if somebody belongs to a new unit, or another record names it."""
    used = first_use(Unit, fresh, {ImportRow, Unit})
    below = Unit.objects.filter(parent__in=fresh).exclude(pk__in=fresh).first()
    if used is not None or below is not None:
        name = below.name if below else Unit.objects.get(pk=used or 0).name
        raise RowUsedSince(f"{RowUsedSince.message} ({name})")


def _restore(rows: Sequence[ImportRow], facts: Tree, by: User) -> None:
    units = [facts.units[row.unit_id or 0] for row in rows]
    for row, unit in zip(rows, units, strict=True):
        before = row.undo["before"]
        unit.short_name, unit.type = before["short_name"], before["type"]
        unit.parent = facts.by_name[before["parent"]] if before["parent"] else None
    Unit.objects.bulk_update(units, COMPARED, batch_size=100)
    audit.record_many("wagtail.edit", ((unit, {"undone": True}) for unit in units), by=by)
