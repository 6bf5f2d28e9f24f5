"""Takes the place where a photo was taken out of it: phones write it into every picture."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS, ORIENTATION = 0x8825, 0x0112
XMP = ("xmp", "XML:com.adobe.xmp")
KEPT_QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": "keep", "subsampling": "keep"},
    "MPO": {"format": "JPEG", "quality": 95},  # two pictures in one file; the second is a smaller copy
    "WEBP": {"quality": 95, "save_all": True},
}


def without_place(upload: Any) -> Any:
    """Return the upload, or a copy without its notes if they tell a place; which way is up is kept.

    Raises what Pillow raises for a picture that is damaged.
    """
    upload.seek(0)
    with Image.open(upload) as picture:
        cleaned = _copy(picture) if _tells_place(picture) else None
    upload.seek(0)
    if cleaned is None:
        return upload
    return SimpleUploadedFile(upload.name, cleaned, upload.content_type)


def _tells_place(picture: Image.Image) -> bool:
    notes = (picture.info.get(name, b"") for name in XMP)
    texts = [note if isinstance(note, bytes) else str(note).encode() for note in notes]
    return bool(picture.getexif().get_ifd(GPS)) or any(b"GPS" in text or b"Location" in text for text in texts)


def _copy(picture: Image.Image) -> bytes:
    notes = Image.Exif()
    if ORIENTATION in picture.getexif():
        notes[ORIENTATION] = picture.getexif()[ORIENTATION]
    options: dict[str, Any] = {
        "format": picture.format,
        "exif": notes,
        "xmp": b"",
        "icc_profile": picture.info.get("icc_profile"),
    }
    held = io.BytesIO()
    picture.save(held, **options | KEPT_QUALITY.get(str(picture.format), {}))
    return held.getvalue()
