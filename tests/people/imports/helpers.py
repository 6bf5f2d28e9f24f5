"""Tables as people upload them, and the bureau that the dirty roster was written for."""

import csv
import io
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.tables.writing import Field, write_xlsx
from home.demo.organisation import load_professions, load_units
from people.models import ImportBatch, ImportRow, User
from people.services.imports.intake import receive
from people.services.imports.kinds import kind_of
from tests.factories import UserFactory

DATA = Path(__file__).resolve().parent.parent.parent / "data"
HEADINGS = ("姓名", "单位", "职务/职称", "人员类别", "工号", "执业证号", "手机", "入职(执业)日期", "备注")


@cache
def expected() -> dict[str, Any]:
    return json.loads((DATA / "dirty_roster_expected.json").read_text(encoding="utf-8"))


def dirty(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (DATA / name).read_bytes())


def demo_units() -> User:
    """Units and professions of the demo, and somebody who sees all of them."""
    load_units()
    load_professions()
    return UserFactory(superuser=True, unit=None, name="管理员")


def table(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, name: str = "花名册.xlsx") -> SimpleUploadedFile:
    """A workbook; rows may be shorter than the headings."""
    filled = [[*row, *[""] * (len(headings) - len(row))] for row in rows]
    return SimpleUploadedFile(
        name, write_xlsx(title="花名册", fields=[Field(heading) for heading in headings], rows=filled)
    )


def csv_table(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> SimpleUploadedFile:
    held = io.StringIO(newline="")
    csv.writer(held).writerows([headings, *rows])
    return SimpleUploadedFile("花名册.csv", held.getvalue().encode(encoding))


def upload(file: SimpleUploadedFile, by: User, kind: str = "people") -> ImportBatch:
    return receive(kind=kind_of(kind), upload=file, by=by)


def verdicts(batch: ImportBatch) -> list[tuple[int, str, list[str]]]:
    """(row, result, codes of its problems) of every row."""
    return [(row.number, row.result, [one["code"] for one in row.problems]) for row in batch.rows.order_by("number")]


def only_row(batch: ImportBatch) -> ImportRow:
    return batch.rows.get()
