"""The files of an import: a template to fill in, and its rows with what was said about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tables.layout import ORDINALS
from core.tables.writing import CONTENT_TYPES, Field, write_csv, write_xlsx
from people.enums import UnitType
from people.models import ImportRow, Profession, User
from people.permissions import units_open_to
from people.presenters.imports import WORDS, sentence
from people.services.imports.kinds import ImportKind

WIDTHS = {"name": 12, "unit": 28, "title": 16, "professions": 26, "parent": 28, "remark": 24, "joined_on": 16}
SAMPLES = {
    "people": ("（示例）王小明", "", "科员", "", "DW0000", "", "13800000000", "2020年7月1日", "示例行，填写时请删除"),
    "units": ("（示例）某某街道司法所", "某某所", "", ""),
}


def template(kind: ImportKind, user: User) -> HttpResponse:
    """A workbook to fill in, with drop-downs and one example row, which the name keeps from being imported."""
    choices = _choices(user)
    fields = [Field(ORDINALS[0], 6)] + [
        Field(column.headings[0], WIDTHS.get(column.field, 18), choices.get((kind.code, column.field), ()), False)
        for column in kind.columns
        if column.field != "number"
    ]
    notes = [_("Delete the example row. Each row is one entry; numbers and phone numbers are text.")]
    body = write_xlsx(title=str(kind.title), fields=fields, rows=[(1, *SAMPLES[kind.code])], notes=notes)
    return _sent(body, f"{kind.code}-template", "xlsx")


def _choices(user: User) -> dict[tuple[str, str], list[str]]:
    units = list(units_open_to(user).filter(dissolved_on=None).values_list("name", flat=True))
    return {
        ("people", "unit"): units,
        ("people", "professions"): list(Profession.objects.values_list("name", flat=True)),
        ("units", "type"): [str(kind.label) for kind in UnitType],
        ("units", "parent"): units,
    }


def rows_file(kind: ImportKind, rows: Iterable[ImportRow], ending: str) -> HttpResponse:
    """The rows as they were typed, with the verdict; to be corrected and uploaded again."""
    rows = list(rows)
    present = {name for row in rows for name in row.cells}
    columns = [column for column in kind.columns if column.field in present]
    fields = [Field(column.headings[0], WIDTHS.get(column.field, 18)) for column in columns]
    fields += [Field(_("Row in the table"), 10), Field(_("Result of the import"), 14), Field(_("Why"), 60)]
    lines = [_line(columns, row) for row in rows]
    if ending == "csv":
        return _sent(write_csv(fields=fields, rows=lines), f"{kind.code}-rows", "csv")
    return _sent(write_xlsx(title=str(kind.title), fields=fields, rows=lines), f"{kind.code}-rows", "xlsx")


def _line(columns: Iterable[Any], row: ImportRow) -> list[Any]:
    cells = [row.cells.get(column.field, ("", ""))[1] for column in columns]
    why = "；".join(f"{problem['cell']}：{sentence(problem)}" for problem in row.problems)
    return [*cells, row.number, str(WORDS[row.result]), why]


def _sent(body: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
