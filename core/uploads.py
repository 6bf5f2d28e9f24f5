"""What may be uploaded as a material: the ending decides the kind, and the content must be of that kind.

The check stands in the form (`core.forms.MaterialForm`), so every door of the admin has it. Each refusal is one
sentence.
"""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.archives import OFFICE, check_archive, check_office, wrong_kind

HEAD = 4096  # bytes that tell the kind
CHUNK = 1024 * 1024
TEXTS = ("txt", "csv")
ENCODINGS = ("utf-8-sig", "gb18030")
NOT_IN_TEXTS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
SIGNATURES = {
    "pdf": re.compile(rb"%PDF-\d"),
    "mp3": re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
    "mp4": re.compile(rb".{4}ftyp(iso[m2-9]|mp4[12]|avc1|M4[AV] |MSNV|dash|3gp[4-7]|f4v |mmp4)", re.DOTALL),
}


def check_material(upload: Any) -> None:
    """Raise ValidationError for a file that may not be stored; leave the upload at its beginning."""
    ending = PurePosixPath(upload.name).suffix.lower()[1:]
    if ending not in settings.WAGTAILDOCS_EXTENSIONS:
        raise ValidationError(
            _("Files of this kind cannot be uploaded. Allowed are: %(endings)s.")
            % {"endings": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
        )
    upload.seek(0)
    try:
        _check_content(upload, ending)
    finally:
        upload.seek(0)


def _check_content(upload: Any, ending: str) -> None:
    if ending in OFFICE:
        check_office(upload, ending)
    elif ending == "zip":
        check_archive(upload)
    elif ending in TEXTS:
        _check_text(upload)
    elif not SIGNATURES[ending].match(upload.read(HEAD)):
        raise wrong_kind(ending)


def _check_text(upload: Any) -> None:
    if not any(_decodes(upload, encoding) for encoding in ENCODINGS):
        raise ValidationError(_("This file is not plain text. Save it as text in UTF-8 and upload it again."))


def _decodes(upload: Any, encoding: str) -> bool:
    upload.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := upload.read(CHUNK):
            if NOT_IN_TEXTS.search(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
