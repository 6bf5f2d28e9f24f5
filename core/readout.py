"""Reads the text out of one file, in a process of its own: `python -I readout.py ENDING LIMIT < file`.

Files come from anywhere. Whatever a broken or hostile one does to a library - endless loops, all of the memory, a crash
of its C code - happens to this process alone, which is small, has no settings, no database and no network, and is
stopped after a while. It imports nothing of the platform. See `core.material_text`.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

MEMORY = 1024 * 1024 * 1024  # bytes
SECONDS = 60  # of the processor
MOST_PAGES = 2_000
MOST_ROWS, MOST_COLUMNS = 20_000, 200  # of a sheet that is read cell by cell
EXACT = 10**15  # Excel keeps fifteen digits of a number
MOST_PART = 64 * 1024 * 1024  # bytes of one slide, unpacked
SLIDE = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide)(\d+)\.xml")
# Browsers that print to PDF write many common characters as the radicals that look like them: 黄 as U+2EE9.
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | {
    ord(radical): character
    for radical, character in zip(
        "⺟⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
}
BROKEN_LINE = re.compile(r"(?<=[^\n]{15}[\u3400-\u9fff，、；：（])\n(?=[\u3400-\u9fff（）])")
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def pdf(body: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    for number, page in enumerate(PdfReader(io.BytesIO(body)).pages):
        if number == MOST_PAGES:
            return
        yield BROKEN_LINE.sub("", page.extract_text().translate(RADICALS))


def docx(body: bytes) -> Iterator[str]:
    from docx import Document

    document = Document(io.BytesIO(body))
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                yield from _blocks(part)
    yield from _blocks(document)


def _blocks(holder: Any) -> Iterator[str]:
    from docx.table import Table

    for block in holder.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(" ".join(_blocks(cell)) for cell in row.cells)
        else:
            yield block.text


def xlsx(body: bytes) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    for name in workbook.sheet_names:
        yield name
        for row in workbook.get_sheet_by_name(name).iter_rows():
            yield "\t".join(str(cell) for cell in row if cell not in ("", None))


def sheet(body: bytes) -> Iterator[str]:
    """The first visible sheet as lines of JSON: what it is, then row after row. Dates are {"date": …}.

    A sheet with more than MOST_ROWS rows or MOST_COLUMNS columns gives the first line alone.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    shown = [one.name for one in workbook.sheets_metadata
             if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible]  # fmt: skip
    if not shown:
        return
    held = workbook.get_sheet_by_name(shown[0])
    last_row, last_column = held.end or (-1, -1)
    size = {"rows": last_row + 1, "columns": last_column + 1}
    yield json.dumps({"sheet": shown[0], "others": shown[1:], "merged": held.merged_cell_ranges or [], **size})
    if size["rows"] <= MOST_ROWS and size["columns"] <= MOST_COLUMNS:
        for row in held.to_python(skip_empty_area=False):
            yield json.dumps([_value(cell) for cell in row])


def _value(cell: Any) -> Any:
    """Numbers as Excel shows them: whole ones without a point, as far as they are exact."""
    if isinstance(cell, datetime.date):
        return {"date": cell.isoformat()}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return int(cell)
    return cell if isinstance(cell, str | bool | int | float) else str(cell)


def pptx(body: bytes) -> Iterator[str]:
    """Slides, then the notes below them, in their order: paragraphs of DrawingML."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = [(found[0].startswith("ppt/n"), int(found[1]), found[0])
                 for name in archive.namelist() if (found := SLIDE.fullmatch(name))]  # fmt: skip
        for _is_note, _number, name in sorted(parts):
            yield from _paragraphs(_part(archive, name))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        body = part.read(MOST_PART + 1)
    if len(body) > MOST_PART or b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # no slide has these
        raise ValueError(name)
    return body


def _paragraphs(xml: bytes) -> Iterator[str]:
    for paragraph in ElementTree.fromstring(xml).iter(f"{DRAWING}p"):  # noqa: S314 - entities are refused above
        yield "".join(text.text or "" for text in paragraph.iter(f"{DRAWING}t"))


def plain(body: bytes) -> Iterator[str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            yield body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "pdf": pdf, "docx": docx, "xlsx": xlsx, "pptx": pptx, "txt": plain, "csv": plain,
}  # fmt: skip
CELLS: dict[str, Callable[[bytes], Iterator[str]]] = {"sheet": sheet}  # for `core.tables.reading`


def read(body: bytes, ending: str, limit: int) -> str:
    """Return at most `limit` characters of text. Raises whatever the library raises."""
    parts: list[str] = []
    length = 0
    for part in (READERS | CELLS)[ending](body):
        parts.append(part)
        length += len(part) + 1
        if length > limit:
            break
    return "\n".join(parts)[:limit]


def confine() -> None:
    """Take as little of the machine as the work needs."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    confine()
    text = read(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]))
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
