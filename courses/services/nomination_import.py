"""报名回执: the list of a unit for a class as a table. It names people of the unit, or below it, alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.tables import repairs
from core.tables.layout import Column, Record
from core.tables.reading import Cell
from courses.models import CourseRun, Nomination, NominationEntry
from courses.services.nominations import NOMINATE, OPEN, Named, save_list
from people.enums import RowResult
from people.errors import RowChangedSince, RowUsedSince
from people.models import ImportBatch, ImportRow, Unit, User
from people.selectors.roster import Roster, load_roster
from people.services.imports import roster
from people.services.imports.kinds import Draft, ImportKind, register

BLANK = Cell("")
LONGEST_NOTE = 100
TAKEN_OVER = {"name", "unit", "number", "work_number", "licence_number"}


@dataclass(frozen=True)
class Facts:
    """The roster, and the list as it stands."""

    roster: Roster
    run: CourseRun
    unit: Unit
    inside: frozenset[int]
    listed: frozenset[int]


class NominationKind(ImportKind):
    """Adds people to the list of one unit for one class; `context` is {"run": key, "unit": key}."""

    code = "nominations"
    title = _("Import a nomination list")
    permissions = (NOMINATE,)
    target = "person"
    makes_rows = False
    needs_context = True
    columns = (
        *(column for column in roster.ROSTER.columns if column.field in TAKEN_OVER - {"unit"}),
        Column("unit", ("单位", "所在单位", "工作单位"), fills=True),
        Column("remark", ("备注",)),
    )

    def start_url(self, context: Mapping[str, Any]) -> str:
        return reverse("run_tables:nominate", args=[context["run"]])

    def result_url(self, context: Mapping[str, Any]) -> str:
        return reverse("nominations:list", args=[context["run"], context["unit"]])

    def facts(self, by: User, context: Mapping[str, Any]) -> Facts:
        unit = Unit.objects.get(pk=context["unit"])
        listed = NominationEntry.objects.filter(nomination__run=context["run"], nomination__unit=unit)
        return Facts(
            load_roster(by),
            CourseRun.objects.get(pk=context["run"]),
            unit,
            frozenset(Unit.objects.with_descendants([unit.pk])),
            frozenset(listed.values_list("person", flat=True)),
        )

    def clean(self, record: Record, facts: Facts) -> Draft:
        draft, cells = Draft.of(record), record.cells
        draft.take("name", repairs.person_name(cells["name"]))
        _take_unit(draft, cells.get("unit", BLANK), facts)
        roster.take_numbers(draft, cells)
        draft.take("remark", repairs.text(cells.get("remark", BLANK), LONGEST_NOTE))
        roster.forget_citizen_numbers(draft)
        return draft

    def judge(self, drafts: Sequence[Draft], facts: Facts) -> None:
        roster.refuse_shared_numbers(drafts)
        roster.refuse_repeated_names(drafts)
        for draft in drafts:
            if draft.is_sound:
                _match(draft, facts)
        roster.refuse_repeated_targets(drafts)
        for draft in drafts:
            if not draft.is_sound:
                draft.result = RowResult.REFUSED

    def write(self, rows: Sequence[ImportRow], facts: Facts, by: User) -> None:
        people = [*_on_list(facts), *(Named(row.person, row.values.get("remark") or "") for row in rows if row.person)]
        save_list(run=facts.run, unit=facts.unit, people=people, by=by)

    def undo(self, batch: ImportBatch, rows: Sequence[ImportRow], facts: Facts, by: User) -> None:
        nomination = Nomination.objects.filter(run=facts.run, unit=facts.unit).first()
        if nomination is None or nomination.status not in OPEN:
            raise RowUsedSince
        added = {row.person_id for row in rows}
        if not added <= facts.listed:
            raise RowChangedSince
        people = [named for named in _on_list(facts) if named.person.pk not in added]
        save_list(run=facts.run, unit=facts.unit, people=people, by=by)


NOMINATIONS = register(NominationKind())


def _take_unit(draft: Draft, cell: Cell, facts: Facts) -> None:
    """Without a unit the nominating one is meant."""
    if cell.is_blank:
        draft.values["unit"] = facts.unit.pk
        return
    known = repairs.one_of(cell, facts.roster.unit_names, facts.roster.unit_aliases, "unit")
    draft.take("unit", known, known.value.pk if known.value else None)


def _match(draft: Draft, facts: Facts) -> None:
    """Only somebody whom the platform knows, in the unit or below it, can be nominated."""
    roster.find(draft, facts.roster)
    if not draft.is_sound or draft.result in (RowResult.ASK, RowResult.SKIPPED):
        return
    person = facts.roster.people.get(draft.target or 0)
    if person is None or not person.is_active:
        draft.refuse("person_unknown", "name")
    elif person.unit not in facts.inside or not person.is_open:
        draft.refuse("person_elsewhere", "unit", "name")
    else:
        draft.result = RowResult.UNCHANGED if person.pk in facts.listed else RowResult.NEW


def _on_list(facts: Facts) -> list[Named]:
    entries = NominationEntry.objects.filter(nomination__run=facts.run, nomination__unit=facts.unit)
    return [Named(entry.person, entry.note) for entry in entries.select_related("person").order_by("position", "pk")]
