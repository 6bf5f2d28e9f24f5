"""Writes the checklist that goes with the writing course: a small Word file, made without a word processor."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

TITLE = "公文格式自查表"
HINT = "使用说明：定稿前逐项核对，合格的在“结果”栏打“√”，不合格的写明页码和问题，改完再核一遍。本表只用于非涉密文稿。"
HEADER = ("序号", "检查项目", "合格标准", "结果")
ITEMS = (
    ("文种", "与行文目的一致；标题里只有一个文种，不写“请示报告”"),
    ("标题", "由发文机关、事由、文种组成；回行时词意完整，不断开词语"),
    ("发文字号", "机关代字、年份、顺序号齐全；年份用六角括号，顺序号不编虚位、不加“第”字"),
    ("主送机关", "用全称或者规范化简称，顶格书写；请示只主送一个上级机关"),
    ("正文层次", "依次为“一、”“（一）”“1.”“（1）”，前后一致，不倒用"),
    ("一文一事", "请示只写一件事；报告里不夹带请示事项"),
    ("引用法规", "名称用全称，条款与现行有效文本核对过"),
    ("数字日期", "日期用阿拉伯数字写全，月和日不补零；合计数与分项数相符"),
    ("附件", "正文中的附件说明与所附材料名称、顺序、份数一致"),
    ("署名和日期", "署名用全称或者规范化简称；成文日期为签发日期"),
    ("联系人", "写明联系人和办公电话，能打通"),
    ("版式", "A4纸，上边距37毫米，左边距28毫米，每面22行、每行28字"),
    ("保密审查", "已履行保密审查；不含国家秘密、工作秘密和不应公开的个人信息"),
    ("附加核对", "人名、单位名、地名、专用名词至少由两个人各读一遍"),
)
WIDTHS = (900, 1700, 5100, 1300)
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


def docx() -> bytes:
    """Return the file."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (
                ("[Content_Types].xml", TYPES),
                ("_rels/.rels", RELATIONS),
                ("word/document.xml", _document()),
            ):
                archive.writestr(zipfile.ZipInfo(name, STAMP), text, zipfile.ZIP_DEFLATED)
        return file.getvalue()


def _document() -> str:
    rows: list[tuple[str, ...]] = [HEADER, *((str(number), *item, "") for number, item in enumerate(ITEMS, start=1))]
    body = _paragraph(TITLE, size=36, bold=True, centred=True) + _paragraph(HINT) + _table(rows) + _paragraph("")
    margins = " ".join(f'w:{edge}="1440"' for edge in ("top", "right", "bottom", "left"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins}/></w:sectPr>'
    return f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{body}{page}</w:body></w:document>'


def _paragraph(text: str, *, size: int = 24, bold: bool = False, centred: bool = False) -> str:
    align = '<w:jc w:val="center"/>' if centred else ""
    weight = "<w:b/>" if bold else ""
    font = f'<w:rPr><w:rFonts w:eastAsia="宋体"/>{weight}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{font}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{align}</w:pPr>{run}</w:p>"


def _table(rows: list[tuple[str, ...]]) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in WIDTHS)
    lines = "".join(_row(row, header=index == 0) for index, row in enumerate(rows))
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _row(cells: tuple[str, ...], *, header: bool) -> str:
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    columns = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, size=21, bold=header)}</w:tc>'
        for cell, width in zip(cells, WIDTHS, strict=True)
    )
    return f"<w:tr>{repeated}{columns}</w:tr>"
