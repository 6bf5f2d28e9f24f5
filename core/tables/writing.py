"""Files that WPS and Excel open as they are meant: a title, bold headings that stay, text that stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from core.tables.formulas import plain_cell

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LONGEST = 32_767  # characters of a cell
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
LISTS = "lists"  # the hidden sheet with what the drop-downs offer
A4 = 9
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Field:
    """A column of a file. `width` in characters; `choices` make a drop-down below the heading."""

    heading: str
    width: int = 14
    choices: Sequence[str] = ()
    is_strict: bool = True  # whether other values than the choices are refused while typing


def write_xlsx(
    *, title: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]], notes: Sequence[str] = (), sheet: str = ""
) -> bytes:
    """Return a workbook: the title, the headings in row 2, the rows, then the notes, each in a row of its own.

    Whole numbers are written as numbers; everything else as text, so that nothing becomes a formula or loses digits.
    """
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, OPTIONS) as book:
        page = book.add_worksheet(NOT_IN_SHEET_NAMES.sub("", sheet or title)[:31] or None)
        last = _body(book, page, title, fields, rows)
        for number, note in enumerate(notes, start=last + 1):
            page.write_string(number, 0, note)
        _choices(book, page, fields)
        _paper(page, title)
    return held.getvalue()


def _body(book: Any, page: Any, title: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> int:
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EDEDED"})
    typed, plain = book.add_format({"num_format": "@"}), book.add_format({"border": 1, "num_format": "@"})
    page.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for column, field in enumerate(fields):
        page.set_column(column, column, field.width, typed)
        page.write_string(1, column, field.heading, head)
    number = 1
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            _cell(page, number, column, value, plain)
    page.freeze_panes(2, 0)
    page.autofilter(1, 0, max(number, 2), len(fields) - 1)
    return number


def _cell(page: Any, row: int, column: int, value: Any, plain: Any) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        page.write_number(row, column, value)
    elif value is None or value == "":
        page.write_blank(row, column, None, plain)
    else:
        page.write_string(row, column, str(value)[:LONGEST], plain)


def _choices(book: Any, page: Any, fields: Sequence[Field]) -> None:
    """Drop-downs read a hidden sheet: a list in the cell itself may have 255 characters."""
    offered = [(column, field) for column, field in enumerate(fields) if field.choices]
    if not offered:
        return
    lists = book.add_worksheet(LISTS)
    lists.hide()
    for place, (column, field) in enumerate(offered):
        lists.write_column(0, place, [str(choice) for choice in field.choices])
        letter = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
        rule = {"validate": "list", "source": f"={LISTS}!{letter}$1:{letter}${len(field.choices)}"}
        page.data_validation(2, column, 2000, column, rule | {"error_type": "stop" if field.is_strict else "warning"})


def _paper(page: Any, title: str) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)
    page.set_footer("&C&P / &N")


def write_csv(*, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the same table as CSV: UTF-8 with the mark that WPS and Excel look for, cells that cannot be formulas."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow([plain_cell(field.heading) for field in fields])
    writer.writerows([plain_cell("" if value is None else value) for value in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")
