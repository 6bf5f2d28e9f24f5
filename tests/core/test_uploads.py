"""Uploads of the wrong kind or size get one clear sentence at the field, and nothing is stored, at every door."""

import io
import re

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, UploadedFile

from core.models import FileAccess, Material, Picture
from core.photos import GPS
from tests import office_files
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file from which it makes a rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
CHOOSERS = {"document": "wagtaildocs_chooser:create", "image": "wagtailimages_chooser:create"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
WARNING = "This platform is not for classified material"
SOUND = {
    "a.pdf": office_files.pdf("text"),
    "a.docx": office_files.docx("正文"),
    "a.xlsx": office_files.xlsx("正文"),
    "a.pptx": office_files.pptx("正文"),
    "a.txt": "正文".encode("gb18030"),
    "a.csv": "﻿姓名\n".encode(),
    "a.zip": office_files.packed({"a.txt": "x"}),
    "a.mp4": office_files.MP4,
    "a.mp3": office_files.MP3,
    "讲义.MP3": b"ID3\x03" + bytes(50),
}
WRONG = {
    "page.html": HTML,
    "drawing.svg": SVG,
    "macro.docm": office_files.docx(),
    "program.exe": b"MZ" + bytes(50),
    "noextension": b"x",
    "a.pdf": HTML,
    "b.pdf": SVG,
    "c.pdf": office_files.docx(),
    "a.mp4": HTML,
    "b.mp4": b"\x00\x00\x00\x14ftypqt  " + bytes(50),
    "a.mp3": office_files.MP4,
    "a.docx": office_files.xlsx("x"),
    "b.docx": SVG,
    "c.docx": office_files.OLE,
    "d.docx": office_files.with_entry(office_files.docx(), "word/vbaProject.bin"),
    "a.zip": b"PK" + bytes(50),
    "b.zip": office_files.packed({"../a.txt": "x"}),
    "a.txt": office_files.pdf() + b"\x00\x01",
    "b.txt": "正文".encode("utf-16"),
    "a.csv": office_files.xlsx("x"),
    "empty.txt": b"",
}


@pytest.fixture
def editor(client):
    """Reads the admin in English: the words of the code, without the catalogue."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(UserFactory(superuser=True))
    return client


def png(side: int = 8) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (side, side)).save(held, "PNG")
    return held.getvalue()


# The doors: each takes a file and returns the sentences at its field


def through_chooser(client, kind, name, body):
    form = {f"{kind}-chooser-upload-title": "上传", f"{kind}-chooser-upload-file": SimpleUploadedFile(name, body)}
    if kind == "image":
        form["image-chooser-upload-description"] = ""
    answer = client.post(reverse(CHOOSERS[kind]), form).json()
    assert answer["step"] in ("chosen", "reshow_creation_form")
    return sentences(answer.get("html") or answer.get("htmlFragment") or "")


def through_add(client, kind, name, body):
    sent = {"title": "上传", "file": SimpleUploadedFile(name, body), "collection": Collection.get_first_root_node().pk}
    response = client.post(reverse(f"wagtail{kind}s:add" if kind == "image" else "wagtaildocs:add"), sent)
    if response.status_code == 200:
        assert 'value="上传"' in response.content.decode()  # what was typed is still there
    return sentences(response.content.decode())


def through_batch(client, kind, name, body):
    address = reverse("wagtailimages:add_multiple" if kind == "image" else "wagtaildocs:add_multiple")
    answer = client.post(address, {"title": "上传", "files[]": SimpleUploadedFile(name, body)}).json()
    return [] if answer["success"] else answer["error_message"].splitlines()


def through_edit(client, kind, name, body):
    stored = Material.objects.create(title="旧", file=ContentFile(b"old", name="old.txt"))
    sent = {
        "title": "上传",
        "file": SimpleUploadedFile(name, body),
        "collection": stored.collection_id,
        "access": "public",
    }
    response = client.post(reverse("wagtaildocs:edit", args=[stored.pk]), sent)
    kept = Material.objects.get()
    if response.status_code == 200:
        assert (kept.title, kept.file.name) == ("旧", stored.file.name)
        with stored.file.open() as file:
            assert file.read() == b"old"
        kept.delete()
    return sentences(response.content.decode())


def sentences(html):
    found = re.findall(
        r'<p class="error-message">\s*(.*?)\s*</p>|class="w-field__errors"[^>]*>(.*?)</div>', html, re.DOTALL
    )
    texts = [re.sub(r"<[^>]+>|\s+", " ", "".join(groups)).strip() for groups in found]
    return [text for text in texts if text]


DOORS = {"add": through_add, "batch": through_batch, "chooser": through_chooser, "edit": through_edit}


# Materials


@pytest.mark.parametrize("name", SOUND)
def test_a_file_of_each_kind_is_stored(editor, name):
    assert through_batch(editor, "document", name, SOUND[name]) == []
    stored = Material.objects.get()
    assert (stored.original_name, stored.access, stored.file_size) == (name, FileAccess.BY_PAGES, len(SOUND[name]))
    assert UploadedFile.objects.count() == 0
    with stored.file.open() as file:
        assert file.read() == SOUND[name]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_open_to_what_is_sound(editor, door):
    assert DOORS[door](editor, "document", "a.docx", SOUND["a.docx"]) == []
    assert Material.objects.get().original_name == "a.docx"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", WRONG)
def test_every_door_is_closed_to_what_is_not(editor, door, name):
    said = DOORS[door](editor, "document", name, WRONG[name])
    assert (len(said), Material.objects.count(), UploadedFile.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("door", DOORS)
def test_a_document_over_the_limit_is_refused(editor, settings, door):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000
    said = DOORS[door](editor, "document", "book.pdf", office_files.pdf("x" * 1000))
    assert (len(said), Material.objects.count()) == (1, 0)
    assert "too big" in said[0]


def test_the_sentence_says_what_to_do(editor):
    assert through_batch(editor, "document", "c.docx", WRONG["c.docx"]) == [
        "This file has a password or is of an old kind (.doc, .xls, .ppt). Save it anew as .docx without a password "
        "and upload it again."
    ]


def test_a_new_file_takes_the_place_of_the_old_one(editor):
    assert through_edit(editor, "document", "neu.pdf", SOUND["a.pdf"]) == []
    stored = Material.objects.get()
    assert (stored.title, stored.original_name, stored.access) == ("上传", "neu.pdf", FileAccess.PUBLIC)
    assert stored.file_size == len(SOUND["a.pdf"])
    assert stored.file.storage.listdir("documents")[1].count(stored.file.name.removeprefix("documents/")) == 1


def test_the_form_asks_who_may_open_the_file(editor):
    stored = Material.objects.create(title="旧", file=ContentFile(b"old", name="old.txt"))
    page = editor.get(reverse("wagtaildocs:edit", args=[stored.pk])).content.decode()
    assert re.findall(r'<option value="(\w+)"[^>]*>\s*[^<]*(?:open|page|Everybody)[^<]*<', page) == [
        "by_pages", "signed_in", "public",
    ]  # fmt: skip
    assert "a file of a closed lesson then opens for its participants alone" in page


# Pictures


@pytest.mark.parametrize(
    ("name", "body"),
    [("drawing.svg", SVG), ("page.png", SVG), ("page.jpg", HTML), ("photo.tiff", png()), ("cut.png", png()[:40])],
)
@pytest.mark.parametrize("door", ["add", "batch", "chooser"])
def test_a_picture_that_is_none_or_of_another_kind_is_refused(editor, door, name, body):
    assert (len(DOORS[door](editor, "image", name, body)), Picture.objects.count()) == (1, 0)


def test_a_picture_over_the_limit_is_refused(editor, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10
    assert (len(through_chooser(editor, "image", "photo.png", png())), Picture.objects.count()) == (1, 0)


def test_a_picture_with_too_many_points_is_refused(editor, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    assert (len(through_chooser(editor, "image", "photo.png", png(side=11))), Picture.objects.count()) == (1, 0)


@pytest.mark.parametrize("door", ["add", "batch", "chooser"])
def test_the_place_of_a_photo_is_not_stored(editor, door):
    assert DOORS[door](editor, "image", "photo.jpg", office_files.photo(gps=True, orientation=6)) == []
    stored = Picture.objects.get()
    with stored.file.open() as file, Image.open(file) as image:
        assert (dict(image.getexif().get_ifd(GPS)), image.getexif()[0x0112]) == ({}, 6)


def test_the_limits_in_force(settings):
    assert (settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE) == (200 * 2**20, 10 * 2**20)


# The warning


@pytest.mark.parametrize(
    "name",
    [
        "wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:choose",
        "wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:choose",
    ],
)  # fmt: skip
def test_the_warning_of_secrets_stands_wherever_one_uploads(editor, name):
    answer = editor.get(reverse(name))
    text = answer.json()["html"] if "json" in answer["Content-Type"] else answer.content.decode()
    assert text.count(WARNING) == 1


def test_it_stands_where_a_file_is_replaced(editor):
    material = Material.objects.create(title="旧", file=ContentFile(b"old", name="old.txt"))
    picture = Picture.objects.create(title="旧", file=ContentFile(png(), name="old.png"))
    for address in (reverse("wagtaildocs:edit", args=[material.pk]), reverse("wagtailimages:edit", args=[picture.pk])):
        assert editor.get(address).content.decode().count(WARNING) == 1
