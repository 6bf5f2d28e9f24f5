"""Writes small Word files without a word processor: a heading, a sentence, one table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

STAMP = (2026, 1, 1, 0, 0, 0)  # the same text gives the same file, byte for byte
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>'
)


@dataclass(frozen=True)
class Sheet:
    """What stands in one file; `widths` are the columns in twentieths of a point."""

    title: str
    hint: str
    rows: Sequence[tuple[str, ...]]
    widths: tuple[int, ...]


def docx(sheet: Sheet) -> bytes:
    """Return the file; the first row is the header of the table."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (
                ("[Content_Types].xml", TYPES),
                ("_rels/.rels", RELATIONS),
                ("word/document.xml", _document(sheet)),
            ):
                archive.writestr(zipfile.ZipInfo(name, STAMP), text, zipfile.ZIP_DEFLATED)
        return file.getvalue()


def _document(sheet: Sheet) -> str:
    head = _paragraph(sheet.title, size=36, bold=True, centred=True) + _paragraph(sheet.hint)
    body = head + _table(sheet) + _paragraph("")
    margins = " ".join(f'w:{edge}="1440"' for edge in ("top", "right", "bottom", "left"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins}/></w:sectPr>'
    return f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{body}{page}</w:body></w:document>'


def _paragraph(text: str, *, size: int = 24, bold: bool = False, centred: bool = False) -> str:
    align = '<w:jc w:val="center"/>' if centred else ""
    weight = "<w:b/>" if bold else ""
    font = f'<w:rPr><w:rFonts w:eastAsia="宋体"/>{weight}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{font}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{align}</w:pPr>{run}</w:p>"


def _table(sheet: Sheet) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in sheet.widths)
    lines = "".join(_row(row, sheet.widths, header=index == 0) for index, row in enumerate(sheet.rows))
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _row(cells: tuple[str, ...], widths: tuple[int, ...], *, header: bool) -> str:
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    columns = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, size=21, bold=header)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{repeated}{columns}</w:tr>"
