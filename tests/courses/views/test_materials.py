"""A file is as closed as the pages that use it, whichever way one asks for it."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.http import http_date
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from core.models import FileAccess, Material
from courses.enums import LessonAccess
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, LessonPageFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "秘钥词乙丑"
BODY = SECRET.encode()
WHOLE = (200, BODY)


@pytest.fixture
def material():
    return Material.objects.create(title=f"{SECRET}自查表", file=ContentFile(BODY, name=f"{SECRET}.txt"))


def holding(material):
    return [("document", {"document": material, "note": ""})]


def lesson_with(material, access, course=None):
    lesson = LessonPageFactory(parent=course or CoursePageFactory(), access=access, body=holding(material))
    ReferenceIndex.create_or_update_for_object(lesson)
    return lesson


def body(response):
    return b"".join(response) if response.streaming else response.content


def answer(client, material, **headers):
    response = client.get(material.url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    sent = body(response)
    return response.status_code, sent if response.status_code in (200, 206) else b""


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# Who


def test_a_file_that_no_page_uses_is_closed(client, material):
    assert answer(client, material) == (302, b"")
    assert answer(client_of(UserFactory()), material) == (403, b"")
    assert answer(client_of(UserFactory(superuser=True)), material) == WHOLE


@pytest.mark.parametrize(
    ("access", "answers"), [(FileAccess.PUBLIC, [WHOLE, WHOLE]), (FileAccess.SIGNED_IN, [(302, b""), WHOLE])]
)
def test_a_file_may_say_for_itself_who_opens_it(client, material, access, answers):
    Material.objects.update(access=access)
    assert [answer(one, material) for one in (client, client_of(UserFactory()))] == answers


def test_a_file_of_an_enrolled_lesson(client, material):
    course = CoursePageFactory()
    lesson_with(material, LessonAccess.ENROLLED, course)
    member = EnrolmentFactory(run=CourseRunFactory(course=course)).person
    left = EnrolmentFactory(run=CourseRunFactory(course=course), withdrawn=True).person
    assert answer(client, material) == (302, b"")
    people = (UserFactory(), left, member)
    assert [answer(client_of(one), material) for one in people] == [(403, b""), (403, b""), WHOLE]


def test_a_file_of_a_lesson_for_the_signed_in(client, material):
    lesson_with(material, LessonAccess.SIGNED_IN)
    assert [answer(one, material) for one in (client, client_of(UserFactory()))] == [(302, b""), WHOLE]


def test_the_most_open_page_decides(client, material):
    lesson_with(material, LessonAccess.ENROLLED)
    lesson_with(material, LessonAccess.PUBLIC)
    assert answer(client, material) == WHOLE


def test_a_draft_opens_nothing(client, material):
    lesson = lesson_with(material, LessonAccess.PUBLIC)
    lesson.live = False
    lesson.save()
    assert answer(client, material) == (302, b"")


def test_wagtails_privacy_of_a_page_holds_for_its_files(client, material):
    lesson = lesson_with(material, LessonAccess.PUBLIC)
    privacy = PageViewRestriction.objects.create(page=lesson.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    reader = client_of(UserFactory())
    assert [answer(one, material) for one in (client, reader)] == [(302, b""), WHOLE]
    privacy.restriction_type = PageViewRestriction.PASSWORD
    privacy.save()
    assert [answer(one, material) for one in (client, reader)] == [(302, b""), (403, b"")]


def test_wagtails_privacy_of_a_collection_narrows_everything(client, material):
    closed = Collection.get_first_root_node().add_child(name="内部")
    material.collection, material.access = closed, FileAccess.PUBLIC
    material.save()
    assert answer(client, material) == WHOLE
    CollectionViewRestriction.objects.create(collection=closed, restriction_type=CollectionViewRestriction.LOGIN)
    assert [answer(one, material) for one in (client, client_of(UserFactory()))] == [(302, b""), WHOLE]


# When: nobody waits for a task


def test_a_file_moved_into_a_closed_lesson_is_closed_at_once(client, material):
    course = CoursePageFactory()
    public, closed = (
        LessonPageFactory(parent=course, access=one) for one in (LessonAccess.PUBLIC, LessonAccess.ENROLLED)
    )
    with disable_reference_index_auto_update():  # the worker is busy elsewhere
        public.body = holding(material)
        public.save_revision().publish()
        assert answer(client, material) == WHOLE
        public.body = []
        public.save_revision().publish()
        closed.body = holding(material)
        closed.save_revision().publish()
        assert answer(client, material) == (302, b"")


def test_a_draft_of_a_published_page_neither_opens_nor_closes(client, material):
    lesson = LessonPageFactory(access=LessonAccess.PUBLIC)
    lesson.body = holding(material)
    revision = lesson.save_revision()
    assert answer(client, material) == (302, b"")
    revision.publish()
    lesson.body = []
    lesson.save_revision()
    assert answer(client, material) == WHOLE


def test_a_lesson_that_closes_closes_its_file(client, material):
    lesson = lesson_with(material, LessonAccess.PUBLIC)
    lesson.access = LessonAccess.ENROLLED
    lesson.save_revision().publish()
    assert answer(client, material) == (302, b"")


# How: every way of asking meets the same question


@pytest.fixture
def closed(material):
    lesson_with(material, LessonAccess.ENROLLED)
    return material


@pytest.mark.parametrize("who", [lambda: None, UserFactory])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Range": "bytes=0-3"},
        {"Range": "bytes=99999-"},
        {"Range": "nonsense", "If-Range": "nonsense"},
        {"If-None-Match": "*"},
        {"If-Modified-Since": http_date(4102444800)},
        {"If-Match": '"none"'},
        {"If-Unmodified-Since": http_date(0)},
    ],
)
def test_an_outsider_learns_nothing(closed, who, method, headers):
    person = who()
    response = getattr(client_of(person) if person else Client(), method)(closed.url, headers=headers)
    assert response.status_code == (403 if person else 302)
    told = f"{response.headers}{body(response).decode()}"
    assert SECRET not in told
    assert not {"ETag", "Last-Modified", "Content-Range", "Accept-Ranges"} & set(response.headers)


def test_no_address_leads_round_the_question(client, closed):
    stored = closed.file.name
    ways = {
        f"/documents/{closed.pk}/": 302,
        f"/documents/{closed.pk}/{closed.filename}": 302,
        f"/media/{stored}": 404,
        f"/media/images/../{stored}": 404,
        f"/media/images/%2e%2e/{stored}": 404,
        f"/static/{stored}": 404,
        f"/{stored}": 404,
        "/media/documents/": 404,
        f"/documents/{closed.pk + 1}/file.txt": 404,
    }
    assert {way: client.get(way).status_code for way in ways} == ways


def test_only_reading_is_answered(client, closed):
    assert [client.post(closed.url).status_code, client.put(closed.url).status_code] == [405, 405]


def test_neither_address_nor_place_tell_the_title_or_the_name(material):
    assert material.url == f"/documents/{material.pk}/file.txt"
    assert (material.filename, material.download_name) == (f"{SECRET}.txt", f"{SECRET}自查表.txt")
    assert SECRET not in material.file.name
    assert len(material.file.name) == len("documents/") + 32 + len(".txt")


def test_an_address_of_before_leads_to_the_file(client, material):
    Material.objects.update(access=FileAccess.PUBLIC)
    old = client.get(f"/documents/{material.pk}/checklist.txt")
    assert (old.status_code, old["Location"]) == (302, material.url)


# What comes


def headers_for(client, material):
    response = client.get(material.url)
    body(response)
    return response.headers


def test_a_file_for_everybody_may_be_kept_but_is_asked_for_each_time(client, material):
    Material.objects.update(access=FileAccess.PUBLIC)
    readers = (client, client_of(UserFactory()))
    assert [headers_for(one, material)["Cache-Control"] for one in readers] == ["public, no-cache"] * 2


def test_any_other_file_is_kept_nowhere_and_runs_nowhere(material):
    Material.objects.update(access=FileAccess.SIGNED_IN)
    headers = headers_for(client_of(UserFactory()), material)
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'; sandbox"
    assert headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%A7%98%E9%92%A5%E8%AF%8D%E4%B9%99%E4%B8%91%E8%87%AA%E6%9F%A5%E8%A1%A8.txt"
    )


def test_a_participant_gets_parts(material):
    course = CoursePageFactory()
    lesson_with(material, LessonAccess.ENROLLED, course)
    member = client_of(EnrolmentFactory(run=CourseRunFactory(course=course)).person)
    assert answer(member, material, Range="bytes=3-5") == (206, BODY[3:6])
    assert answer(member, material, Range="bytes=999-") == (416, b"")
    tag = headers_for(member, material)["ETag"]
    assert answer(member, material, If_None_Match=tag) == (304, b"")


def test_a_file_that_is_gone_from_the_disk(client, material):
    Material.objects.update(access=FileAccess.PUBLIC)
    material.file.storage.delete(material.file.name)
    assert client.get(material.url).status_code == 404
