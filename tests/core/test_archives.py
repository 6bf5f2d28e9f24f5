"""Archives and office files are what they say, hold no macros and do not grow out of measure."""

import io
import struct

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core import archives
from core.archives import check_archive, check_office
from tests import office_files

KINDS = {"docx": office_files.docx, "xlsx": office_files.xlsx, "pptx": office_files.pptx}


@pytest.fixture(autouse=True)
def english():
    """The words of the code, without the catalogue."""
    with translation.override("en"):
        yield


def refusal(check, body, *args):
    try:
        check(io.BytesIO(body), *args)
    except ValidationError as fault:
        return fault.messages
    return []


def refused(check, body, words, *args):
    sentences = refusal(check, body, *args)
    return len(sentences) == 1 and words in sentences[0]


@pytest.mark.parametrize("ending", KINDS)
def test_each_kind_is_itself_and_no_other(ending):
    body = KINDS[ending]("正文")
    assert refusal(check_office, body, ending) == []
    for other in set(KINDS) - {ending}:
        assert refused(check_office, body, "another kind", other)
    assert refusal(check_archive, body) == []  # it is an archive too


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("body", [b"", b"plain text", b"PK\x03\x04" + bytes(60), office_files.packed({"a.txt": "x"})])
def test_what_is_no_office_file(ending, body):
    assert len(refusal(check_office, body, ending)) == 1


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "customUI/vbaProjectSignature.bin"])
def test_macros(name):
    assert refused(check_office, office_files.with_entry(office_files.docx(), name), "macros", "docx")


def test_a_macro_file_with_a_harmless_ending():
    types = (
        archives.OFFICE["docx"]
        .replace("openxmlformats-officedocument", "ms-word")
        .replace(".main", ".macroEnabled.main")
    )
    assert refused(check_office, office_files.packed({"[Content_Types].xml": types}), "macros", "docx")


def test_a_password_or_a_file_of_the_old_kind():
    assert refused(check_office, office_files.OLE, "password", "docx")


def test_an_archive_with_a_password():
    body = bytearray(office_files.packed({"a.txt": "x"}))
    listed = body.index(b"PK\x01\x02")
    struct.pack_into("<H", body, listed + 8, 0x1)
    assert refused(check_archive, bytes(body), "password")


def test_an_archive_that_grows_out_of_measure():
    assert refused(check_archive, office_files.packed({"a.txt": bytes(20 * 2**20)}), "too much")
    assert refusal(check_archive, office_files.packed({"a.txt": bytes(2**20)})) == []  # thin, but small


def test_an_archive_that_says_it_holds_more_than_there_is(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    assert refused(check_archive, office_files.packed({"a.txt": "x" * 600, "b.txt": "x" * 600}), "too much")


def test_an_archive_with_too_many_files(monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    assert refusal(check_archive, office_files.packed({str(n): "x" for n in range(3)})) == []
    assert refused(check_archive, office_files.packed({str(n): "x" for n in range(4)}), "too much")


@pytest.mark.parametrize(
    "name", ["../a.txt", "a/../../b", "/etc/passwd", "..\\a.txt", "C:\\a.txt", "C:/a.txt", "a/" * 13 + "b"]
)
def test_paths_that_lead_out_or_too_deep(name):
    assert refused(check_archive, office_files.packed({name: "x"}), "paths")


def test_folders_and_chinese_names_are_fine():
    assert refusal(check_archive, office_files.packed({"资料/": "", "资料/讲义.txt": "x", "a..b.txt": "x"})) == []


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x05\x06" + bytes(5), b"PK\x03\x04" + b"\xff" * 400])
def test_a_damaged_archive(body):
    assert refused(check_archive, body, "damaged")
