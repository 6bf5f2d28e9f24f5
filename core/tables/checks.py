"""What is refused before anything looks into the cells: too large, other kinds, passwords, macros, bombs."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.uploads import check_material

ENDINGS = ("xlsx", "csv")
LARGEST = 5 * 1024 * 1024  # bytes; five thousand people are some 400 KB


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()[1:]


def check_table(upload: Any) -> None:
    """Raise ValidationError for a file that is no spreadsheet we read; leave the upload at its beginning."""
    if ending_of(upload.name) not in ENDINGS:
        raise ValidationError(
            _("Only .xlsx and .csv files can be read. Open the table in WPS or Excel and save it as .xlsx.")
        )
    if upload.size > LARGEST:
        limit = {"limit": filesizeformat(LARGEST)}
        raise ValidationError(_("This table is larger than %(limit)s. Split it and import the parts.") % limit)
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    check_material(upload)
