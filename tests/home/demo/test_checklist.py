"""The checklist is a Word file that a spreadsheet-free reader can open."""

import io
import zipfile
from xml.etree import ElementTree

from home.demo import checklist

TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


def test_docx_holds_every_item() -> None:
    with zipfile.ZipFile(io.BytesIO(checklist.docx())) as archive:
        document = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - our own file
    words = [node.text for node in document.iter(TEXT)]
    assert words[0] == checklist.TITLE
    assert [item for item, _ in checklist.ITEMS] == words[7::3]


def test_docx_is_the_same_every_time() -> None:
    assert checklist.docx() == checklist.docx()
