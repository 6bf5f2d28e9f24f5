"""Pictures of public pages are everybody's; those of closed pages go only to their readers, by any address."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from core.models import Picture
from courses.enums import LessonAccess
from courses.permissions import readable_pictures
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, LessonPageFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file from which it makes a rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def png():
    held = io.BytesIO()
    Image.new("RGB", (60, 40)).save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def picture():
    return Picture.objects.create(title="名单照片", file=ContentFile(png(), name="参训名单.png"))


@pytest.fixture
def rendition(picture):
    return picture.get_rendition("width-30")


def lesson_with(picture, access, course=None):
    body = [("image", {"image": picture, "alt_text": "", "caption": ""})]
    lesson = LessonPageFactory(parent=course or CoursePageFactory(), access=access)
    lesson.body = body
    lesson.save_revision().publish()
    return lesson


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def answer(client, address, **headers):
    response = client.get(address, headers=headers)
    b"".join(response)
    return response.status_code, response.get("Cache-Control", "")


OPEN = (200, "public, max-age=86400")


def test_a_cover_is_everybodys_and_cached(client, picture, rendition):
    course = CoursePageFactory(cover=picture)
    course.save_revision().publish()
    response = client.get(rendition.url)
    b"".join(response)
    assert (response.status_code, response["Cache-Control"]) == OPEN
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get(rendition.url, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_picture_of_a_closed_lesson_goes_to_its_readers_alone(client, picture, rendition):
    course = CoursePageFactory()
    lesson_with(picture, LessonAccess.ENROLLED, course)
    member = client_of(EnrolmentFactory(run=CourseRunFactory(course=course)).person)
    assert answer(member, rendition.url) == (200, "private, no-store")
    outsiders = (client, client_of(UserFactory()))
    for headers in (
        {},
        {"If-None-Match": "*"},
        {"Range": "bytes=0-3"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ):
        assert [answer(one, rendition.url, **headers)[0] for one in outsiders] == [404, 404]
    assert client.head(rendition.url).status_code == 404


def test_an_old_rendition_closes_with_the_lesson(client, picture, rendition):
    lesson = lesson_with(picture, LessonAccess.PUBLIC)
    assert answer(client, rendition.url) == OPEN
    lesson.access = LessonAccess.ENROLLED
    lesson.save_revision().publish()
    assert answer(client, rendition.url)[0] == 404


def test_a_picture_on_no_page_is_for_those_who_work_with_pictures(client, rendition):
    assert answer(client, rendition.url)[0] == 404
    assert answer(client_of(UserFactory(superuser=True)), rendition.url) == (200, "private, no-store")


def test_neither_originals_nor_what_no_rendition_is_have_an_address(client, picture, rendition):
    CoursePageFactory(cover=picture).save_revision().publish()
    original, stem = picture.file.name, rendition.file.name.removesuffix(".png")
    for path in (
        original,
        f"images/../{original}",
        f"{stem}.svg",
        "images/",
        "images/x y.png",
        f"images/{'x' * 300}.png",
    ):
        assert client.get(f"/media/{path}").status_code == 404


def test_names_say_nothing(picture, rendition):
    assert "参训名单" not in f"{picture.file.name}{rendition.file.name}{rendition.url}"
    assert len(picture.file.name) == len("original_images/") + 32 + len(".png")


@pytest.mark.parametrize("many", [1, 3])
def test_the_question_takes_the_same_queries_for_one_and_for_many(django_assert_num_queries, many):
    for _ in range(many):
        lesson_with(Picture.objects.create(title="图", file=ContentFile(png(), name="a.png")), LessonAccess.PUBLIC)
    with django_assert_num_queries(2):  # Wagtail's privacy of pages; the rest is one
        assert readable_pictures(AnonymousUser()).count() == many
