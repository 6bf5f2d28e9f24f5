"""Small files of every kind that may be uploaded, and of some that may not."""

import io
import zipfile

from docx import Document
from openpyxl import Workbook
from PIL import Image

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(100)
MP3 = b"\xff\xfb\x90\x64" + bytes(100)


def packed(entries: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_entry(file: bytes, name: str, content: bytes | str = b"x") -> bytes:
    """The same archive with one more entry."""
    held = io.BytesIO(file)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def docx(*paragraphs: str, cell: str = "") -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.add_table(rows=1, cols=1).cell(0, 0).text = cell
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def xlsx(*cells: str) -> bytes:
    workbook = Workbook()
    workbook.active.append(list(cells))
    held = io.BytesIO()
    workbook.save(held)
    return held.getvalue()


def slide(text: str, head: str = "") -> str:
    return f'{head}<p:sld xmlns:p="urn:p" xmlns:a="{DRAWING}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'


def pptx(*texts: str, head: str = "") -> bytes:
    slides = {f"ppt/slides/slide{number}.xml": slide(text, head) for number, text in enumerate(texts, start=1)}
    types = f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{MAIN}"/></Types>'
    return packed({"[Content_Types].xml": types, **slides})


def pdf(text: str = "") -> bytes:
    """One page; `text` in letters that every reader has (ASCII)."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def photo(*, gps: bool, orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0110] = "Phone"
    if gps:
        notes.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    held = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(held, "JPEG", exif=notes)
    return held.getvalue()
