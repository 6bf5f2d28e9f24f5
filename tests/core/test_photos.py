"""The place where a photo was taken does not reach the site."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.photos import GPS, ORIENTATION, without_place
from tests import office_files

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="30,15N"/></x:xmpmeta>'


def upload(body, name="photo.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, body, kind)


def picture(kind, **notes):
    held = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(held, kind, **notes)
    return held.getvalue()


def located():
    notes = Image.Exif()
    notes.get_ifd(GPS)[1] = "N"
    return notes


def test_the_place_goes_and_which_way_is_up_stays():
    cleaned = without_place(upload(office_files.photo(gps=True, orientation=6)))
    assert (cleaned.name, cleaned.content_type, cleaned.tell()) == ("photo.jpg", "image/jpeg", 0)
    assert b"Phone" not in cleaned.read()
    with Image.open(cleaned) as image:
        assert (dict(image.getexif().get_ifd(GPS)), image.getexif()[ORIENTATION]) == ({}, 6)
        assert (image.format, image.size) == ("JPEG", (40, 20))


def test_a_photo_without_a_place_is_left_as_it_is():
    sent = upload(office_files.photo(gps=False))
    assert without_place(sent) is sent
    assert sent.read() == office_files.photo(gps=False)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_other_kinds_lose_it_too(kind):
    cleaned = without_place(upload(picture(kind, exif=located())))
    with Image.open(cleaned) as image:
        assert (dict(image.getexif().get_ifd(GPS)), image.format) == ({}, kind)


@pytest.mark.parametrize("kind", ["WEBP", "JPEG"])
def test_notes_in_the_other_language_go_too(kind):
    sent = picture(kind, xmp=XMP)
    assert b"GPSLatitude" in sent
    assert b"GPSLatitude" not in without_place(upload(sent)).read()
