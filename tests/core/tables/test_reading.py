"""A sheet as cells with addresses; what is refused before anything is parsed; where a list begins and ends."""

import csv
import io
import struct
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from core.archives import OFFICE
from core.tables import checks, reading
from core.tables.layout import Column, read_table
from core.tables.reading import Sheet, address, read_sheet
from tests import office_files

COLUMNS = (
    Column("name", ("姓名",), is_required=True, is_key=True),
    Column("unit", ("单位",), fills=True),
    Column("phone", ("手机", "联系电话")),
)


@pytest.fixture(autouse=True)
def english() -> Any:
    """The words of the code, without the catalogue."""
    with translation.override("en"):
        yield


def upload(body: bytes, name: str = "a.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def book(*rows: list[Any]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return held.getvalue()


def csv_file(rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> SimpleUploadedFile:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return upload(held.getvalue().encode(encoding), "a.csv")


def refusal(file: SimpleUploadedFile) -> str:
    with pytest.raises(ValidationError) as caught:
        read_sheet(file)
    [sentence] = caught.value.messages
    return sentence


# Before anything is parsed


@pytest.fixture
def unparsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*args: Any) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(reading, "read_apart", parse)
    monkeypatch.setattr(reading, "read_csv", parse)


def locked() -> bytes:
    body = bytearray(office_files.xlsx("a"))
    listed = body.index(b"PK\x01\x02")
    struct.pack_into("<H", body, listed + 8, 0x1)
    return bytes(body)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.xls", office_files.OLE, "Only .xlsx and .csv"),
        ("a.xlsm", office_files.xlsx("a"), "Only .xlsx and .csv"),
        ("a.exe", b"MZ", "Only .xlsx and .csv"),
        ("a", b"x", "Only .xlsx and .csv"),
        ("a.xlsx", b"", "empty"),
        ("a.csv", b"", "empty"),
        ("a.xlsx", office_files.OLE, "password"),
        ("a.xlsx", locked(), "password"),
        ("a.xlsx", office_files.with_entry(office_files.xlsx("a"), "xl/vbaProject.bin"), "macros"),
        ("a.xlsx", office_files.docx("a"), "another kind"),
        ("a.xlsx", b"name,unit", "damaged"),
        ("a.xlsx", office_files.with_entry(office_files.xlsx("a"), "xl/x.xml", bytes(20 * 2**20)), "too much"),
        ("a.xlsx", office_files.with_entry(office_files.xlsx("a"), "../x.xml"), "paths"),
        ("a.csv", office_files.xlsx("a"), "not plain text"),
        ("a.csv", "姓名".encode("utf-16"), "not plain text"),
        ("a.csv", b"\xff\xff\xff", "not plain text"),
    ],
)
def test_files_that_are_refused_unread(unparsed: None, name: str, body: bytes, words: str) -> None:
    assert words in refusal(upload(body, name))


def test_a_file_that_is_too_large(unparsed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LARGEST", 100)
    assert "larger than" in refusal(upload(b"x" * 101, "a.csv"))


def test_a_workbook_that_only_looks_like_one() -> None:
    types = office_files.packed({"[Content_Types].xml": f"<Types>{OFFICE['xlsx']}</Types>"})
    assert "cannot be read" in refusal(upload(types))


def test_more_rows_or_columns_than_are_read() -> None:
    assert "at most 20000 rows" in refusal(upload(book(*[["a"]] * 20_001)))
    assert "at most" in refusal(csv_file([["a"] for _ in range(20_001)]))
    assert "at most" in refusal(upload(book(["a"] * 201)))


def test_an_empty_sheet() -> None:
    assert "is empty" in refusal(upload(book()))


# Cells


def test_addresses() -> None:
    assert [address(29, 7), address(0, 0), address(9, 25), address(0, 26), address(0, 701), address(0, 702)] == [
        "H30", "A1", "Z10", "AA1", "ZZ1", "AAA1",
    ]  # fmt: skip


def test_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    sheets = ("代码表", [["x"]], True), ("花名册", [["姓名"], ["王伟"]], False), ("备用", [["y"]], False)
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        pages = {name: made.add_worksheet(name) for name, _, _ in sheets}
        pages["花名册"].activate()
        pages["花名册"].set_first_sheet()
        for name, rows, hidden in sheets:
            for number, row in enumerate(rows):
                pages[name].write_row(number, 0, row)
            if hidden:
                pages[name].hide()
    sheet = read_sheet(upload(held.getvalue()))
    assert (sheet.name, sheet.others, sheet.values) == ("花名册", ("备用",), [["姓名"], ["王伟"]])


def test_values_keep_their_types_and_formulas_are_values() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.write_row(1, 1, ["字", 3, 2.5, True])
        page.write_formula(1, 5, "=1+1", None, 2)
    sheet = read_sheet(upload(held.getvalue()))
    assert sheet.values[1] == ["", "字", 3, 2.5, True, 2]
    assert sheet.cell(1, 2).address == "C2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_csv_in_every_usual_encoding(encoding: str) -> None:
    names = ["姓名", "王伟"] if encoding == "gbk" else ["姓名", "㐀𠮷"]
    assert read_sheet(csv_file([[name] for name in names], encoding)).values == [[name] for name in names]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_every_usual_separator(delimiter: str) -> None:
    assert read_sheet(csv_file([["姓名", "单位"], ["王伟", "办公室"]], delimiter=delimiter)).values[1] == [
        "王伟",
        "办公室",
    ]


def test_csv_rows_are_records_not_lines() -> None:
    sheet = read_sheet(csv_file([["姓\n名", "单位"], ["王伟", "办公室"]]))
    assert [record.number for record in read_table(sheet, COLUMNS).records] == [2]


# Where a list begins and ends


def sheet_of(*rows: list[Any], merged: set[tuple[int, int]] = frozenset(), is_csv: bool = False) -> Sheet:  # type: ignore[assignment]
    return Sheet("花名册", rows, frozenset(merged), is_csv=is_csv)


def test_headings_below_titles_with_blanks_and_line_breaks() -> None:
    table = read_table(sheet_of(["标题"], [], ["序号", "姓　名", "手\n机", "民族"], [1, "王伟", "x", "汉"]), COLUMNS)
    assert (table.header_row, table.fields, table.not_stored) == (3, ("name", "phone"), ("民族",))
    assert [(one.number, one.cells["phone"].address) for one in table.records] == [(4, "C4")]


def test_headings_that_are_missing_or_too_far_down() -> None:
    with pytest.raises(ValidationError, match="姓名"):
        read_table(sheet_of(["单位"], ["办公室"]), COLUMNS)
    with pytest.raises(ValidationError, match="first five rows"):
        read_table(sheet_of([""], [""], [""], [""], [""], ["姓名"], ["王伟"]), COLUMNS)


def test_the_list_ends_where_neither_name_nor_number_stands() -> None:
    rows = [["序号", "姓名"], [1, "王伟"], [2, ""], ["备注：", ""], ["", "填报人"]]
    table = read_table(sheet_of(*rows), COLUMNS)
    assert ([one.number for one in table.records], table.unread) == ([2, 3], 1)


def test_without_numbers_the_list_ends_at_the_first_empty_name() -> None:
    table = read_table(sheet_of(["姓名"], ["王伟"], [""], ["张三"]), COLUMNS)
    assert ([one.number for one in table.records], table.unread) == ([2], 1)


def units(table: Any) -> list[tuple[str, str]]:
    return [(record.cells["unit"].text, record.cells["unit"].filled) for record in table.records]


def test_merged_cells_and_same_as_above_are_filled_forward() -> None:
    rows = [["姓名", "单位"], ["甲甲", "办公室"], ["乙乙", ""], ["丙丙", "同上"], ["丁丁", ""], ["戊戊", "〃"]]
    table = read_table(sheet_of(*rows, merged={(2, 1)}), COLUMNS)
    assert units(table) == [("办公室", ""), ("办公室", "merge"), ("办公室", "same"), ("", ""), ("", "same")]


def test_an_empty_unit_in_csv_is_that_of_the_row_above() -> None:
    table = read_table(sheet_of(["姓名", "单位"], ["甲甲", "办公室"], ["乙乙", ""], is_csv=True), COLUMNS)
    assert units(table) == [("办公室", ""), ("办公室", "above")]
