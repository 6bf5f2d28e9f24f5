"""What an import says about each row: its verdict, every problem with its cell, every repair, every change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from people.enums import RowResult
from people.models import ImportRow, User
from people.services.imports.kinds import NEW, SKIP

FIELDS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Full name"),
    "unit": gettext_lazy("Unit"),
    "title": gettext_lazy("Post"),
    "professions": gettext_lazy("Professions"),
    "work_number": gettext_lazy("Work number"),
    "licence_number": gettext_lazy("Licence number"),
    "phone": gettext_lazy("Mobile phone"),
    "joined_on": gettext_lazy("Joined on"),
    "short_name": gettext_lazy("Short name"),
    "type": gettext_lazy("Type"),
    "parent": gettext_lazy("Belongs to"),
}
TONES = {RowResult.REFUSED: "critical", RowResult.ASK: "warning", RowResult.NEW: "good", RowResult.CHANGED: "good"}

Sentence = Callable[[Mapping[str, Any]], str]


def _plain(message: str) -> Sentence:
    return lambda params: _(message) % params


def _what(params: Mapping[str, Any]) -> dict[str, Any]:
    """工号DW9005, 执业证号DEMO…, or the name of somebody or of a unit."""
    if params.get("field") in ("work_number", "licence_number"):
        return {**params, "what": f"{FIELDS[params['field']]}{params['number']}"}
    return {**params, "what": params.get("number", "")}


def _number_conflict(params: Mapping[str, Any]) -> str:
    rows = _(" and row ").join(str(row) for row in params["rows"])
    return _("%(what)s belongs to different names in row %(in)s. Please check.") % {**_what(params), "in": rows}


def _number_taken(params: Mapping[str, Any]) -> str:
    if params.get("text"):
        return _("%(what)s is that of %(text)s on this platform. Please check.") % _what(params)
    return _("%(what)s is that of another person on this platform. Please check.") % _what(params)


def _duplicate(params: Mapping[str, Any]) -> str:
    return _("The same as row %(row)s (%(what)s).") % _what(params)


def _date_incomplete(params: Mapping[str, Any]) -> str:
    if params.get("is_number"):
        return (
            _("“%(text)s” has no day and is stored as a number (2018.10 would become 2018.1). Enter the whole date.")
            % params
        )
    return _("“%(text)s” has no day. Enter the whole date.") % params


PROBLEMS: Mapping[str, Sentence] = {
    "name_missing": _plain(gettext_noop("The name is missing.")),
    "name_invalid": _plain(gettext_noop("The name “%(text)s” has characters that are not allowed.")),
    "unit_missing": _plain(gettext_noop("The unit is missing.")),
    "unit_unknown": _plain(gettext_noop(
        "The unit “%(text)s” is not in the table of units. Use its full name or its short name.")),
    "unit_dissolved": _plain(gettext_noop("The unit “%(text)s” no longer exists.")),
    "unit_not_yours": _plain(gettext_noop("The unit “%(text)s” is not one of yours.")),
    "unit_name_invalid": _plain(gettext_noop("“%(text)s” is no name of a unit.")),
    "unit_type_missing": _plain(gettext_noop("The type of the unit is missing.")),
    "unit_type_unknown": _plain(gettext_noop("“%(text)s” is no type of unit.")),
    "short_name_taken": _plain(gettext_noop("The short name is that of “%(text)s”.")),
    "short_name_missing": _plain(gettext_noop("A short name of at most 40 characters is needed.")),
    "parent_unknown": _plain(gettext_noop("The unit above, “%(text)s”, is neither on this platform nor in the table.")),
    "parent_loop": _plain(gettext_noop("A unit cannot belong to itself or to a unit below it.")),
    "profession_unknown": _plain(gettext_noop("The profession “%(text)s” is not in the table of professions.")),
    "number_precision_lost": _plain(gettext_noop(
        "The number is stored as a number, so that its digits from the 16th on are lost and cannot be restored. "
        "Set the column to text and enter it again.")),
    "id_number_not_allowed": _plain(gettext_noop(
        "This looks like the number of an ID card. This platform does not collect it; enter the licence number.")),
    "number_invalid": _plain(gettext_noop("“%(text)s” is neither a work number nor a licence number.")),
    "number_conflict": _number_conflict,
    "number_taken": _number_taken,
    "duplicate_in_file": _duplicate,
    "phone_invalid": _plain(gettext_noop("The mobile phone number “%(text)s” does not have 11 digits.")),
    "date_invalid": _plain(gettext_noop("“%(text)s” is no valid date.")),
    "date_incomplete": _date_incomplete,
    "text_too_long": _plain(gettext_noop("The text is longer than %(longest)s characters.")),
    "person_not_yours": _plain(gettext_noop("The person with this number belongs to a unit that is not one of yours.")),
    "person_unknown": _plain(
        gettext_noop("Nobody of this name and unit, or with this number, is on this platform. Import the roster first.")
    ),
    "person_elsewhere": _plain(gettext_noop("This person does not belong to the unit that nominates.")),
    "account_above_yours": _plain(gettext_noop(
        "This person may do more than you. Please ask the system administrator to change the account.")),
    "moved_lately": _plain(gettext_noop(
        "The person changes units today or later already, so the unit cannot be changed by a table.")),
}  # fmt: skip

REPAIRS: Mapping[str, str | Promise] = {
    "name_spaces_removed": gettext_lazy("blanks in the name removed"),
    "name_dot_normalised": gettext_lazy("dot in the name made uniform"),
    "unit_filled_from_merge": gettext_lazy("unit taken from the merged cell"),
    "unit_filled_from_above": gettext_lazy("unit taken from the row above"),
    "unit_same_as_above": gettext_lazy("“same as above” resolved"),
    "unit_alias": gettext_lazy("short name of the unit resolved"),
    "profession_split": gettext_lazy("several professions told apart"),
    "number_apostrophe_removed": gettext_lazy("apostrophe before the number removed"),
    "number_fullwidth_to_halfwidth": gettext_lazy("number made half-width"),
    "number_spaces_removed": gettext_lazy("blanks in the number removed"),
    "number_case_folded": gettext_lazy("letters of the number made capitals"),
    "number_cell_to_text": gettext_lazy("number cell made text"),
    "number_placeholder_to_blank": gettext_lazy("number: “none” taken as empty"),
    "phone_number_to_text": gettext_lazy("phone: number cell made text"),
    "phone_apostrophe_removed": gettext_lazy("apostrophe before the phone number removed"),
    "phone_fullwidth_to_halfwidth": gettext_lazy("phone number made half-width"),
    "phone_country_code_removed": gettext_lazy("country code of the phone number removed"),
    "phone_separators_removed": gettext_lazy("blanks and hyphens in the phone number removed"),
    "phone_placeholder_to_blank": gettext_lazy("phone: “none” taken as empty"),
    "date_cell": gettext_lazy("date read from a date cell"),
    "date_text": gettext_lazy("date read from text"),
    "date_compact": gettext_lazy("date read from eight digits"),
    "date_serial": gettext_lazy("date read from the number of a day"),
    "matched_by_name_and_unit": gettext_lazy("no number; told by name and unit"),
    "formula_like_text_kept": gettext_lazy("looks like a formula; kept as text"),
}
CHOICES = {NEW: gettext_lazy("A new person with the same name"), SKIP: gettext_lazy("Leave this row out")}
WORDS: Mapping[str, str | Promise] = {
    RowResult.NEW: gettext_lazy("Will be added"),
    RowResult.CHANGED: gettext_lazy("Will be changed"),
    RowResult.UNCHANGED: gettext_lazy("Stays as it is"),
    RowResult.ASK: gettext_lazy("Please choose"),
    RowResult.SKIPPED: pgettext_lazy("import", "Left out"),
    RowResult.REFUSED: gettext_lazy("Not imported"),
}


@dataclass(frozen=True)
class RowView:
    """A row as the preview shows it. `problems` are (cell, sentence); `choices` are (value, label, is chosen)."""

    number: int
    name: str
    about: str
    result: str
    verdict: str
    tone: str
    problems: Sequence[tuple[str, str]]
    repairs: Sequence[str]
    changes: Sequence[Mapping[str, str]]
    choices: Sequence[tuple[str, str, bool]]


def sentence(problem: Mapping[str, Any]) -> str:
    """Why a row is refused, in the reader's language; an unknown code is shown as it is."""
    say = PROBLEMS.get(problem["code"])
    return say(problem.get("params", {})) if say else str(problem["code"])


def row_views(rows: Iterable[ImportRow], people: Mapping[int, User], makes_rows: bool = True) -> list[RowView]:
    """`people` holds everybody who may be meant in one of the rows, with units."""
    return [_row_view(row, people, makes_rows) for row in rows]


def _row_view(row: ImportRow, people: Mapping[int, User], makes_rows: bool) -> RowView:
    typed = {name: cell[1] for name, cell in row.cells.items()}
    about = [typed.get(name, "") for name in ("unit", "title", "work_number", "number", "type", "parent")]
    return RowView(
        number=row.number,
        name=row.values.get("name") or typed.get("name", ""),
        about=" · ".join(filter(None, (" ".join(text.split()) for text in about))),
        result=row.result,
        verdict=str(WORDS[row.result]),
        tone=TONES.get(RowResult(row.result), ""),
        problems=[(problem["cell"], sentence(problem)) for problem in row.problems],
        repairs=[str(REPAIRS.get(code, code)) for code in row.repairs],
        changes=[{**change, "label": str(FIELDS[change["field"]])} for change in row.changes],
        choices=_choices(row, people, makes_rows),
    )


def _choices(row: ImportRow, people: Mapping[int, User], makes_rows: bool) -> list[tuple[str, str, bool]]:
    if not row.candidates:
        return []
    offered = [(str(pk), _who(people[pk])) for pk in row.candidates if pk in people]
    offered += [(value, str(label)) for value, label in CHOICES.items() if makes_rows or value != NEW]
    return [(value, label, row.choice == value) for value, label in offered]


def _who(person: User) -> str:
    unit = person.unit.name if person.unit else ""
    number = person.work_number or person.licence_number
    return _("This is: %(who)s") % {"who": " · ".join(filter(None, (person.name, unit, person.title, number)))}
