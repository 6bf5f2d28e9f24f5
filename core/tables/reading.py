"""A sheet as rows of cells with their addresses. `check_table` has looked at the file before."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.material_text import read_apart
from core.readout import MOST_COLUMNS, MOST_ROWS
from core.tables.checks import check_table, ending_of
from core.uploads import ENCODINGS

Value: TypeAlias = str | int | float | bool | datetime.date | datetime.datetime
DELIMITERS = ",;\t"
MOST_CHARACTERS = 64 * 1024 * 1024
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Cell:
    """One cell. `filled` says where the value comes from if not from the cell itself: merge · above · same."""

    address: str
    value: Value = ""
    filled: str = ""

    @property
    def text(self) -> str:
        """The value as it was typed."""
        return self.value if isinstance(self.value, str) else str(self.value)

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    def taken_from(self, other: Cell, how: str) -> Cell:
        return replace(self, value=other.value, filled=how)


@dataclass(frozen=True)
class Sheet:
    """A sheet. `merged` gives the row above for each (row, column) that a merged cell covers; all counts begin at 0.

    `others` are the visible sheets that were left aside.
    """

    name: str
    values: Sequence[Sequence[Value]]
    merged: frozenset[tuple[int, int]] = frozenset()
    others: tuple[str, ...] = ()
    is_csv: bool = False

    def cell(self, row: int, column: int) -> Cell:
        values = self.values[row]
        return Cell(address(row, column), values[column] if column < len(values) else "")


def address(row: int, column: int) -> str:
    """Return what Excel calls a cell: (29, 7) is H30."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def read_sheet(upload: Any) -> Sheet:
    """Return the first visible sheet of an .xlsx or .csv file. Raises ValidationError with one sentence."""
    check_table(upload)
    sheet = read_csv(upload.read()) if ending_of(upload.name) == "csv" else _read_xlsx(upload)
    if not any(any(value != "" for value in row) for row in sheet.values):
        raise ValidationError(_("The first sheet of this file is empty."))
    return sheet


def _read_xlsx(upload: Any) -> Sheet:
    try:
        lines = read_apart(upload.read(), "sheet", MOST_CHARACTERS).splitlines()
        about, rows = (json.loads(lines[0]), [json.loads(line) for line in lines[1:]]) if lines else ({}, [])
    except (OSError, ValueError, subprocess.SubprocessError):
        raise ValidationError(
            _("This table cannot be read. Open it in WPS or Excel, save it anew as .xlsx and upload it again.")
        ) from None
    if about:
        _check_size(about["rows"], about["columns"])
    values = [[_value(cell) for cell in row] for row in rows]
    name, others = about.get("sheet", ""), tuple(about.get("others", ()))
    return Sheet(name, values, _covered(about.get("merged", ())), others)


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise ValidationError(
            _("A table may have at most %(rows)d rows and %(columns)d columns. Split it and import the parts.")
            % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        )


def _value(cell: Any) -> Value:
    """Dates come as {"date": …}; text without the characters that no database and no page takes."""
    if isinstance(cell, dict):
        moment = datetime.datetime.fromisoformat(cell["date"])
        return moment if "T" in cell["date"] else moment.date()
    return CONTROLS.sub("", cell) if isinstance(cell, str) else cell


def _covered(ranges: Sequence[Any]) -> frozenset[tuple[int, int]]:
    """The cells below the first one of each merged range, in its first column: a merged 单位 counts for all rows."""
    return frozenset((row, column) for (first, column), (last, _) in ranges for row in range(first + 1, last + 1))


def read_csv(body: bytes) -> Sheet:
    """Return the records of a CSV file in UTF-8 or GB18030; rows are records, however many lines each takes."""
    text = _decoded(body)
    head = text[:4096].split("\n", 6)[:6]
    delimiter = max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in head))
    rows: list[list[Value]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([CONTROLS.sub("", cell) for cell in record])
            _check_size(len(rows), len(record))
    except csv.Error:
        raise ValidationError(
            _("This table cannot be read after row %(row)d. Save it anew as .xlsx and upload it again.")
            % {"row": len(rows)}
        ) from None
    return Sheet("", rows, is_csv=True)


def _decoded(body: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("This file is not plain text. Save it as text in UTF-8 and upload it again."))
