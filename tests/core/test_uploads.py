"""Uploads of the wrong kind or size get one clear sentence, and nothing is stored."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import Material, Picture
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CHOOSERS = {"document": "wagtaildocs_chooser:create", "image": "wagtailimages_chooser:create"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(superuser=True))
    return client


def png(side: int = 8) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (side, side)).save(held, "PNG")
    return held.getvalue()


def send(client, kind: str, name: str, body: bytes):
    """Upload through the chooser's window; return the errors at the file's field."""
    form = {f"{kind}-chooser-upload-title": "上传", f"{kind}-chooser-upload-file": SimpleUploadedFile(name, body)}
    if kind == "image":
        form["image-chooser-upload-description"] = ""
    answer = client.post(reverse(CHOOSERS[kind]), form).json()
    return answer["step"], answer.get("htmlFragment", "")


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "macro.docm", "program.exe", "noextension"])
def test_a_document_of_another_kind_is_refused(editor, name):
    step, html = send(editor, "document", name, SVG)
    assert (step, Material.objects.count(), "error" in html) == ("reshow_creation_form", 0, True)


def test_a_document_over_the_limit_is_refused(editor, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000
    step, html = send(editor, "document", "book.pdf", b"x" * 1001)
    assert (step, Material.objects.count(), "error" in html) == ("reshow_creation_form", 0, True)


@pytest.mark.parametrize(
    ("name", "body"), [("drawing.svg", SVG), ("page.png", SVG), ("photo.tiff", png()), ("cut.png", png()[:40])]
)
def test_a_picture_that_is_none_or_of_another_kind_is_refused(editor, name, body):
    step, html = send(editor, "image", name, body)
    assert (step, Picture.objects.count(), "error" in html) == ("reshow_creation_form", 0, True)


def test_a_picture_over_the_limit_is_refused(editor, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10
    step, html = send(editor, "image", "photo.png", png())
    assert (step, Picture.objects.count(), "error" in html) == ("reshow_creation_form", 0, True)


def test_a_picture_with_too_many_points_is_refused(editor, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    step, html = send(editor, "image", "photo.png", png(side=11))
    assert (step, Picture.objects.count(), "error" in html) == ("reshow_creation_form", 0, True)


def test_the_limits_in_force(settings):
    assert (settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE) == (200 * 2**20, 10 * 2**20)
