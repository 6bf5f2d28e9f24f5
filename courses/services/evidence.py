"""Files that prove something, such as a doctor's note: looked at before they are kept, and known by their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core import audit
from core.photos import without_place
from core.uploads import HEAD, SIGNATURES
from courses.models import ClassSession, EvidenceFile
from people.models import User

MOST_BYTES = 10 * 1024 * 1024
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}
KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
DAMAGED = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def check_evidence(upload: Any) -> None:
    """Raise ValidationError unless this is a PDF or a picture of at most `MOST_BYTES`, by its content too."""
    ending = ending_of(upload.name)
    if ending not in KINDS:
        raise ValidationError(_("Please upload a PDF file or a picture (JPG, PNG)."))
    if upload.size > MOST_BYTES:
        raise ValidationError(_("A file may have 10 MB at most."))
    upload.seek(0)
    good = (
        _is_picture(upload, PICTURES[ending])
        if ending in PICTURES
        else bool(SIGNATURES["pdf"].match(upload.read(HEAD)))
    )
    upload.seek(0)
    if not good:
        raise ValidationError(_("This file cannot be read as what its name says. Please save it anew and try again."))


def keep_evidence(*, upload: Any, by: User, session: ClassSession | None = None) -> EvidenceFile:
    """Check and store the file; a picture is stored without the place where it was taken. Raises ValidationError."""
    check_evidence(upload)
    if ending_of(upload.name) in PICTURES:
        upload = without_place(upload)
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    row = EvidenceFile(session=session, name=PurePosixPath(upload.name).name[-120:], digest=digest.hexdigest(), by=by)
    row.file.save(upload.name, upload, save=False)
    row.save()
    return row


@transaction.atomic
def keep_scans(*, uploads: Sequence[Any], session: ClassSession, by: User) -> list[EvidenceFile]:
    """Keep pages of the signed sheet of a session, all or none, before and after its closing: they change no mark.

    A page that is kept already, by its content, is not kept twice. Raises ValidationError.
    """
    ClassSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    known = set(session.scans.values_list("digest", flat=True))
    rows = []
    for upload in uploads:
        row = keep_evidence(upload=upload, by=by, session=session)
        if row.digest in known:
            row.file.delete(save=False)
            row.delete()
            continue
        known.add(row.digest)
        rows.append(row)
        data = {"session": session.pk, "file": row.pk, "digest": row.digest}
        audit.record("courses.scan_kept", session.run, by=by, data=data)
    return rows


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()[1:]


def _is_picture(upload: Any, kind: str) -> bool:
    try:
        with Image.open(upload, formats=[kind]) as picture:
            picture.verify()
    except DAMAGED:
        return False
    return True
