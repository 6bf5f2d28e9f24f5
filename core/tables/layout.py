"""From a sheet to records: where the headings stand, which columns are wanted, where the people end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.tables.reading import Cell, Sheet

HEADER_WITHIN = 5  # rows; titles may stand above the headings
ORDINALS = ("序号", "编号", "No.")
SAME = frozenset({"同上", "〃", "″", "″″", '"', "''", "ditto"})
WHOLE = re.compile(r"\d+(\.0+)?")


@dataclass(frozen=True)
class Column:
    """A column that an import stores. The first of `headings` is written into templates, the others are accepted.

    `is_key`: without a value in this column a row ends the list. `fills`: an empty cell below a merged one, and 同上,
    take the value from above.
    """

    field: str
    headings: tuple[str, ...]
    is_required: bool = False
    is_key: bool = False
    fills: bool = False


@dataclass(frozen=True)
class Record:
    """One row of the list. `number` is the row as the spreadsheet counts it."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Table:
    """The list in a sheet: its records, the headings that nobody asked for, and how many rows below were not read."""

    records: tuple[Record, ...]
    header_row: int
    fields: tuple[str, ...]
    not_stored: tuple[str, ...]
    unread: int


def heading_key(text: str) -> str:
    """Return a heading without blanks and line breaks, in one width: "执业证号\\n或工号" is 执业证号或工号."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def read_table(sheet: Sheet, columns: Sequence[Column]) -> Table:
    """Find the headings and read the rows below. Raises ValidationError if a required heading is missing."""
    row, places, others = _header(sheet, columns)
    ordinal = next((places[key] for key in map(heading_key, ORDINALS) if key in places), None)
    wanted = {column.field: places[key] for column in columns if (key := _found(column, places)) is not None}
    key = next(column.field for column in columns if column.is_key)
    end = _end(sheet, row + 1, wanted[key], ordinal)
    unread = sum(not sheet.cell(later, wanted[key]).is_blank for later in range(end, len(sheet.values)))
    records = tuple(_records(sheet, range(row + 1, end), wanted, {one.field for one in columns if one.fills}))
    return Table(records, row + 1, tuple(wanted), others, unread)


def _header(sheet: Sheet, columns: Sequence[Column]) -> tuple[int, dict[str, int], tuple[str, ...]]:
    rows = [_headings(sheet, row) for row in range(min(HEADER_WITHIN, len(sheet.values)))]
    known = {heading_key(heading) for column in columns for heading in column.headings}
    row = max(range(len(rows)), key=lambda number: len(known & set(rows[number])), default=0)
    places = rows[row] if rows else {}
    missing = [column.headings[0] for column in columns if column.is_required and _found(column, places) is None]
    if missing:
        raise ValidationError(
            _("The headings were not found: %(headings)s. They must stand in one of the first five rows.")
            % {"headings": "、".join(missing)}
        )
    extra = [places[key] for key in places if key not in known and key not in map(heading_key, ORDINALS)]
    return row, places, tuple("".join(sheet.cell(row, column).text.split()) for column in extra)


def _headings(sheet: Sheet, row: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in range(len(sheet.values[row])):
        found.setdefault(heading_key(sheet.cell(row, column).text), column)
    found.pop("", None)
    return found


def _found(column: Column, places: Mapping[str, int]) -> str | None:
    return next((key for key in map(heading_key, column.headings) if key in places), None)


def _end(sheet: Sheet, first: int, key: int, ordinal: int | None) -> int:
    """The list ends before the first row without a name whose 序号 is no whole number."""
    for row in range(first, len(sheet.values)):
        numbered = ordinal is not None and WHOLE.fullmatch(sheet.cell(row, ordinal).text.strip())
        if sheet.cell(row, key).is_blank and not numbered:
            return row
    return len(sheet.values)


def _records(sheet: Sheet, rows: range, wanted: Mapping[str, int], filling: set[str]) -> Iterator[Record]:
    above: dict[str, Cell] = {}
    for row in rows:
        cells = {field: sheet.cell(row, column) for field, column in wanted.items()}
        for field in filling & set(cells):
            cells[field] = _filled(sheet, row, wanted[field], cells[field], above.get(field))
            above[field] = cells[field]
        yield Record(row + 1, cells)


def _filled(sheet: Sheet, row: int, column: int, cell: Cell, above: Cell | None) -> Cell:
    if above is None:
        return cell
    if cell.text.strip() in SAME:
        return cell.taken_from(above, "same")
    if cell.is_blank and (row, column) in sheet.merged:
        return cell.taken_from(above, "merge")
    return cell.taken_from(above, "above") if cell.is_blank and sheet.is_csv else cell
