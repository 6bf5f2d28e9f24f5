"""Looks into Zip files, which Word, Excel and PowerPoint files are too, without unpacking more than their lists.

Every refusal is a ValidationError with one sentence for whoever uploads.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word 97 and its like, and the envelope of files with a password
MOST_ENTRIES = 5_000
MOST_BYTES = 1024 * 1024 * 1024  # unpacked
HIGHEST_RATIO = 200  # unpacked to packed, of the whole; ordinary tables reach 50
RATIO_COUNTS_FROM = 8 * 1024 * 1024  # unpacked bytes; small files may be as thin as they like
DEEPEST = 12  # folders in folders
LONGEST_LIST = 256 * 1024  # bytes of the list of contents of an office file
ENCRYPTED = 0x1
CONTENTS = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
OFFICE: Mapping[str, str] = {
    "docx": MAIN.format("wordprocessingml.document"),
    "xlsx": MAIN.format("spreadsheetml.sheet"),
    "pptx": MAIN.format("presentationml.presentation"),
}


def wrong_kind(ending: str) -> ValidationError:
    return ValidationError(
        _("This file ends in .%(ending)s but is of another kind. Save it as .%(ending)s and upload it again.")
        % {"ending": ending}
    )


def check_archive(upload: Any) -> None:
    """Refuse what is no Zip file, has a password, or would grow out of all measure when it is unpacked."""
    with _opened(upload) as archive:
        _check_entries(archive)


def check_office(upload: Any, ending: str) -> None:
    """Refuse what is not the Word, Excel or PowerPoint file that its ending says, or what holds macros."""
    if upload.read(len(OLE)) == OLE:
        raise ValidationError(
            _("This file has a password or is of an old kind (.doc, .xls, .ppt). Save it anew as .%(ending)s "
              "without a password and upload it again.") % {"ending": ending}
        )  # fmt: skip
    upload.seek(0)
    with _opened(upload) as archive:
        _check_entries(archive)
        contents = _contents(archive)
        names = [name.lower() for name in archive.namelist()]
    if any("vbaproject" in name for name in names) or "macroenabled" in contents.lower():
        raise ValidationError(_("This file holds macros. Save it without macros and upload it again."))
    if OFFICE[ending] not in contents:
        raise wrong_kind(ending)


def _opened(upload: Any) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(upload)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ValidationError(
            _("This file is damaged or not of the kind that its ending says. Save it anew and upload it again.")
        ) from None


def _contents(archive: zipfile.ZipFile) -> str:
    try:
        with archive.open(CONTENTS) as listed:
            return listed.read(LONGEST_LIST).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return ""


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    too_thin = unpacked > RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * max(1, packed)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or too_thin:
        raise ValidationError(_("This file holds too much when it is unpacked. Split it and upload the parts."))
    if any(one.flag_bits & ENCRYPTED for one in entries):
        raise ValidationError(_("This archive has a password. Pack it without a password and upload it again."))
    if any(_is_stray(one.filename) for one in entries):
        raise ValidationError(_("This archive holds paths that lead out of it or too deep. Pack it anew."))


def _is_stray(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not parts[0] or ":" in parts[0] or ".." in parts or len(parts) > DEEPEST
