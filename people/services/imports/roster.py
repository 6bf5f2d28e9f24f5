"""花名册: people with unit, post, professions, numbers, phone and date of joining."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.tables import repairs
from core.tables.layout import Column, Record
from core.tables.reading import Cell
from people.enums import RowResult
from people.models import ImportBatch, ImportRow, User
from people.selectors.roster import KnownPerson, Roster, load_roster
from people.services.imports import people
from people.services.imports.kinds import NEW, SKIP, Draft, ImportKind, register

LICENCE = re.compile(r"[A-Z]{0,6}\d+")
LICENCE_LENGTH = 17  # of the licences of lawyers, notaries and grassroots legal workers
NUMBERS = ("work_number", "licence_number")
COMPARED = ("unit", "title", "professions", "work_number", "licence_number", "phone", "joined_on")
NOT_KEPT, GONE = ("id_number_not_allowed", "number_invalid"), "****"
BLANK = Cell("")


class RosterKind(ImportKind):
    """People are found by work or licence number, else by name and unit; who is meant otherwise is asked."""

    code = "people"
    title = _("Import a roster")
    permissions = ("people.add_user", "people.change_user")
    target = "person"
    columns = (
        Column("name", ("姓名",), is_required=True, is_key=True),
        Column("unit", ("单位", "所在单位", "工作单位"), is_required=True, fills=True),
        Column("title", ("职务/职称", "职务", "职称", "职务职称", "岗位")),
        Column("professions", ("人员类别", "类别")),
        Column("number", ("执业证号或工号", "工号或执业证号", "工号/执业证号", "执业证号/工号")),
        Column("work_number", ("工号", "职工号", "人员编号")),
        Column("licence_number", ("执业证号", "执业证号码", "执业证书号")),
        Column("phone", ("手机", "手机号", "手机号码", "联系电话")),
        Column("joined_on", ("入职(执业)日期", "入职日期", "执业日期", "入职(执业)时间", "参加工作日期")),
        Column("remark", ("备注",)),
    )

    def facts(self, by: User, context: Mapping[str, Any]) -> Roster:
        return load_roster(by)

    def clean(self, record: Record, facts: Roster) -> Draft:
        draft, cells = Draft.of(record), record.cells
        draft.take("name", repairs.person_name(cells["name"]))
        unit = repairs.one_of(cells["unit"], facts.unit_names, facts.unit_aliases, "unit")
        draft.take("unit", unit, unit.value.pk if unit.value else None)
        draft.take("title", repairs.text(cells.get("title", BLANK), 40))
        held = repairs.several_of(cells.get("professions", BLANK), facts.profession_names, "profession")
        draft.take("professions", held, [one.pk for one in held.value or ()])
        take_numbers(draft, cells)
        draft.take("phone", repairs.mobile(cells.get("phone", BLANK)))
        joined = repairs.date(cells.get("joined_on", BLANK))
        draft.take("joined_on", joined, joined.value.isoformat() if joined.value else None)
        draft.take("remark", repairs.text(cells.get("remark", BLANK), 200))
        forget_citizen_numbers(draft)
        return draft

    def judge(self, drafts: Sequence[Draft], facts: Roster) -> None:
        refuse_shared_numbers(drafts)
        refuse_repeated_names(drafts)
        for draft in drafts:
            if draft.is_sound:
                _match(draft, facts)
        refuse_repeated_targets(drafts)
        for draft in drafts:
            if not draft.is_sound:
                draft.result, draft.changes = RowResult.REFUSED, []

    def write(self, rows: Sequence[ImportRow], facts: Roster, by: User) -> None:
        people.write(rows, facts, by)

    def undo(self, batch: ImportBatch, rows: Sequence[ImportRow], facts: Roster, by: User) -> None:
        people.undo(batch, rows, facts, by)


ROSTER = register(RosterKind())


# One row


def take_numbers(draft: Draft, cells: Any) -> None:
    """One column for both kinds of number tells them apart by their shape; columns of their own say which is which."""
    for name in NUMBERS:
        draft.take(name, repairs.staff_number(cells.get(name, BLANK)))
    cleaned = repairs.staff_number(cells.get("number", BLANK))
    if cleaned.value:
        draft.take(kind_of_number(cleaned.value), cleaned)
    elif cleaned.problem or cleaned.repairs:
        draft.take("number", cleaned)
        draft.values.pop("number", None)


def kind_of_number(number: str) -> str:
    """Return the field that a number belongs into: licences have seventeen characters."""
    is_licence = len(number) == LICENCE_LENGTH and LICENCE.fullmatch(number)
    return "licence_number" if is_licence else "work_number"


def forget_citizen_numbers(draft: Draft) -> None:
    """What may not be collected is not kept as typed either; what stands in its place is no number."""
    for typed in draft.cells.values():
        if any(problem["cell"] == typed[0] and problem["code"] in NOT_KEPT for problem in draft.problems):
            typed[1] = GONE if sum(map(str.isdigit, typed[1])) >= repairs.LIKE_CITIZEN else typed[1]


# The rows among each other


def refuse_shared_numbers(drafts: Sequence[Draft]) -> None:
    """One number with two names: neither row can be trusted. The same person again: the first row counts."""
    for name in NUMBERS:
        rows: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if draft.values.get(name):
                rows[draft.values[name]].append(draft)
        for number, sharing in rows.items():
            if len(sharing) > 1:
                _refuse_sharing(name, number, sharing)


def _refuse_sharing(name: str, number: str, sharing: Sequence[Draft]) -> None:
    params = {"field": name, "number": number}
    if len({draft.values.get("name") for draft in sharing}) > 1:
        for draft in sharing:
            draft.refuse("number_conflict", "number", name, rows=[one.number for one in sharing], **params)
    else:
        for draft in sharing[1:]:
            draft.refuse("duplicate_in_file", "number", name, row=sharing[0].number, **params)


def refuse_repeated_names(drafts: Sequence[Draft]) -> None:
    """Without a number, name and unit must be unique in the table."""
    first: dict[tuple[Any, Any], Draft] = {}
    by_number = sorted(drafts, key=lambda draft: not has_number(draft))
    for draft in by_number:
        key = draft.values.get("name"), draft.values.get("unit")
        if None in key:
            continue
        if not has_number(draft):
            draft.repair("matched_by_name_and_unit")
            if key in first:
                draft.refuse("duplicate_in_file", "name", row=first[key].number, field="name", number=key[0])
        first.setdefault(key, draft)


def refuse_repeated_targets(drafts: Iterable[Draft]) -> None:
    seen: dict[int, Draft] = {}
    for draft in drafts:
        if draft.is_sound and draft.target is not None and draft.result != RowResult.SKIPPED:
            first = seen.setdefault(draft.target, draft)
            if first is not draft:
                draft.refuse("duplicate_in_file", "name", row=first.number, field="name", number=draft.values["name"])


def has_number(draft: Draft) -> bool:
    return any(draft.values.get(name) for name in NUMBERS)


# Each row against the database


def _match(draft: Draft, facts: Roster) -> None:
    """Find whom the row is about and what it would change."""
    unit = facts.units.get(draft.values["unit"])
    if unit is None or unit.dissolved_on is not None:
        draft.refuse("unit_dissolved", "unit", text=unit.name if unit else "")
    elif unit.pk not in facts.open_units:
        draft.refuse("unit_not_yours", "unit", text=unit.name)
    else:
        find(draft, facts)
    if draft.is_sound and draft.target is not None and draft.result != RowResult.SKIPPED:
        _compare(draft, facts.people[draft.target], facts)


def find(draft: Draft, facts: Roster) -> None:
    holders = {person.pk: person for person in _holders(draft, facts)}
    draft.candidates = []
    if any(person.name != draft.values["name"] for person in holders.values()):
        stranger = next(person for person in holders.values() if person.name != draft.values["name"])
        _refuse_foreign_number(draft, stranger)
    elif len(holders) == 1:
        draft.target = next(iter(holders))
    else:
        _ask(draft, list(holders.values()) or _namesakes(draft, facts))


def _holders(draft: Draft, facts: Roster) -> list[KnownPerson]:
    """Who has one of the numbers of the row already."""
    by_work = facts.by_work_number.get(draft.values.get("work_number") or "")
    by_licence = facts.by_licence.get(draft.values.get("licence_number") or "", [])
    return ([by_work] if by_work else []) + by_licence


def _refuse_foreign_number(draft: Draft, holder: KnownPerson) -> None:
    name = "work_number" if holder.work_number.upper() == (draft.values.get("work_number") or "") else "licence_number"
    known = holder.name if holder.is_open else ""  # the name of somebody else's staff is not told
    draft.refuse("number_taken", name, "number", field=name, number=draft.values[name], text=known)


def _namesakes(draft: Draft, facts: Roster) -> list[KnownPerson]:
    """Who may be meant although no number says so: the same name, and no other number of that kind."""
    same = [person for person in facts.by_name.get(draft.values["name"], ()) if person.is_open]
    here = [person for person in same if person.unit == draft.values["unit"]]
    free = [person for person in same if not _has_other_number(person, draft)]
    sure = [person for person in here if person in free]
    if len(here) == 1 and sure:
        return sure
    return here + [person for person in free if person not in here]


def _has_other_number(person: KnownPerson, draft: Draft) -> bool:
    given = [(getattr(person, name), draft.values.get(name)) for name in NUMBERS]
    return any(held and wanted and held.upper() != wanted for held, wanted in given)


def _ask(draft: Draft, namesakes: list[KnownPerson]) -> None:
    """One in the same unit is meant; nobody is new; anything else is for a person to say."""
    if not namesakes:
        draft.result, draft.choice = RowResult.NEW, ""
    elif len(namesakes) == 1 and namesakes[0].unit == draft.values["unit"] and not _has_other_number(
        namesakes[0], draft
    ):  # fmt: skip
        draft.target, draft.choice = namesakes[0].pk, ""
    else:
        draft.candidates = [person.pk for person in namesakes]
        _follow(draft)


def _follow(draft: Draft) -> None:
    if draft.choice == NEW:
        draft.result = RowResult.NEW
    elif draft.choice == SKIP:
        draft.result = RowResult.SKIPPED
    elif draft.choice in map(str, draft.candidates):
        draft.target = int(draft.choice)
    else:
        draft.result, draft.choice = RowResult.ASK, ""


def _compare(draft: Draft, person: KnownPerson, facts: Roster) -> None:
    """Note each difference. An empty cell says nothing; it never takes a value away."""
    wanted = {name: draft.values.get(name) for name in COMPARED}
    now = person.snapshot()
    for name, value in wanted.items():
        if value and (sorted(value) != sorted(now[name]) if name == "professions" else value != now[name]):
            old, new = shown(name, now[name], facts), shown(name, value, facts)
            draft.changes.append({"field": name, "old": old, "new": new})
    draft.result = RowResult.CHANGED if draft.changes else RowResult.UNCHANGED
    _refuse_change(draft, person, facts)


def _refuse_change(draft: Draft, person: KnownPerson, facts: Roster) -> None:
    moves = any(change["field"] == "unit" for change in draft.changes)
    if not person.is_open:
        draft.refuse("person_not_yours", "name")
    elif draft.changes and not person.may_change:
        draft.refuse("account_above_yours", "name")
    elif moves and person.is_pinned:
        draft.refuse("moved_lately", "unit")


def shown(name: str, value: Any, facts: Roster) -> str:
    """A value as people read it."""
    if name == "unit":
        return facts.units[value].name if value in facts.units else ""
    if name == "professions":
        return "、".join(facts.professions[pk].name for pk in value if pk in facts.professions)
    return str(value or "")
