"""Files that hold text as text, whatever it looks like, and come back as they were."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from core.tables.formulas import as_typed
from core.tables.reading import read_sheet
from core.tables.writing import Field, write_csv, write_xlsx

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "＋1", "=HYPERLINK(\"http://example.invalid/\",\"点击\")",
    "=cmd|' /C calc'!A0", "http://example.invalid/", "{=1}", "007", "999999199003070012", "1e5", "TRUE", "2018.10",
]  # fmt: skip
FIELDS = [Field("姓名"), Field("备注", choices=["甲", "乙"])]


def written(rows: list[list[object]], **kwargs: object) -> bytes:
    return write_xlsx(title="花名册", fields=FIELDS, rows=rows, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    body = written([[text, 7]])
    parts = {
        name: zipfile.ZipFile(io.BytesIO(body)).read(name) for name in zipfile.ZipFile(io.BytesIO(body)).namelist()
    }
    assert not any(b"<f>" in part or b"<f " in part for name, part in parts.items() if "worksheets/" in name)
    assert not any(b"<hyperlink" in part for part in parts.values())
    cell = load_workbook(io.BytesIO(body)).worksheets[0]["A3"]
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("text", HOSTILE)
def test_both_kinds_of_file_give_back_what_was_written(text: str) -> None:
    workbook = read_sheet(SimpleUploadedFile("a.xlsx", written([[text, 7]])))
    assert workbook.values[2] == [text, 7]
    plain = write_csv(fields=FIELDS, rows=[[text, None]])
    assert plain.startswith(b"\xef\xbb\xbf")
    field = read_sheet(SimpleUploadedFile("a.csv", plain)).values[1][0]
    assert not str(field).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_typed(str(field)) == text


def test_how_a_workbook_looks() -> None:
    page = load_workbook(io.BytesIO(written([["王伟", "甲"]], notes=["填报人："]))).worksheets[0]
    assert (page.title, page["A1"].value, page["A1"].font.b) == ("花名册", "花名册", True)
    assert (page["A2"].value, page["A2"].font.b, page.freeze_panes) == ("姓名", True, "A3")
    assert [cell.number_format for cell in page[3]] == ["@", "@"]
    assert page["A4"].value == "填报人："
    assert (page.print_title_rows, page.page_setup.orientation) == ("$2:$2", "landscape")


def test_drop_downs_read_a_hidden_sheet() -> None:
    book = load_workbook(io.BytesIO(written([])))
    [rule] = book.worksheets[0].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "lists!$A$1:$A$2", "B3:B2001")
    assert ([row[0].value for row in book["lists"]], book["lists"].sheet_state) == (["甲", "乙"], "hidden")


def test_names_of_sheets_are_made_fit() -> None:
    body = write_xlsx(title="2026/2027[年]度：" + "很" * 40, fields=FIELDS, rows=[])
    assert load_workbook(io.BytesIO(body)).sheetnames[0] == ("20262027年度：" + "很" * 40)[:31]
