"""Signed-in pages with what every reader sees alike kept: few queries, and never an old word."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.freshness import KEY
from courses.enums import LessonAccess
from courses.models import ClassSession, CoursePage
from courses.services.enrolment import enrol, withdraw
from people.models import Profession, User
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    ProfessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
COURSE_COLD, COURSE_WARM, CATALOGUE_WARM = 25, 10, 19


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> Any:
    """Keep as the real site does; the tests leave it out otherwise (`cms.settings.test`)."""
    stores = {name: {"BACKEND": LOCAL, "LOCATION": f"{name}-in-tests"} for name in ("kept", "renditions")}
    settings.CACHES = {**settings.CACHES, **stores}
    cache.delete(KEY)
    yield
    cache.delete(KEY)


@pytest.fixture
def at_once(django_capture_on_commit_callbacks: Any) -> Any:
    """The stamp changes when a transaction is through; that of the test never is."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def person() -> User:
    return UserFactory()


@pytest.fixture
def reader(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def course(person: User) -> CoursePage:
    """A course with three lessons and three classes; the reader takes one more class, elsewhere."""
    page = CoursePageFactory(title="公文写作", slug="writing", body=[("text", "<p>旧的正文</p>")])
    for _ in range(3):
        LessonPageFactory(parent=page)
        CourseRunFactory(course=page)
    EnrolmentFactory(person=person)
    return page


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def read(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.sqlite
def test_the_course_page_takes_few_queries_warm_and_cold(reader: Client, course: CoursePage, at_once: Any) -> None:
    read(reader, course.url)  # kinds of content and the site's root paths are remembered for good
    cache.delete(KEY)
    assert (queries(reader, course.url), queries(reader, course.url)) == (COURSE_COLD, COURSE_WARM)
    with at_once():
        for _ in range(4):
            LessonPageFactory(parent=course)
            CourseRunFactory(course=course)
    read(reader, course.url)
    assert queries(reader, course.url) == COURSE_WARM


@pytest.mark.sqlite
def test_the_catalogue_takes_few_queries(reader: Client, course: CoursePage, at_once: Any) -> None:
    found = []
    for _ in range(2):
        read(reader, "/courses/")
        found.append(queries(reader, "/courses/"))
        with at_once():
            CourseRunFactory()
    assert found == [CATALOGUE_WARM, CATALOGUE_WARM]


def test_what_is_published_is_read_at_once(reader: Client, course: CoursePage, at_once: Any) -> None:
    assert "旧的正文" in read(reader, course.url)
    page = CoursePage.objects.get(pk=course.pk)
    page.title, page.body = "公文写作新编", [("text", "<p>新的正文</p>")]
    with at_once():
        page.save_revision().publish()
    text = read(reader, course.url)
    assert [word in text for word in ("公文写作新编", "新的正文", "旧的正文")] == [True, True, False]
    assert "公文写作新编" in read(reader, "/courses/")


def test_a_lesson_that_is_published_or_taken_down_shows_at_once(
    reader: Client, course: CoursePage, at_once: Any
) -> None:
    lesson = LessonPageFactory(parent=course, title="后来的课时", live=False, access=LessonAccess.PUBLIC)
    assert "后来的课时" not in read(reader, course.url)
    with at_once():
        lesson.save_revision().publish()
    assert "后来的课时" in read(reader, course.url)
    lesson.refresh_from_db()
    with at_once():
        lesson.unpublish()
    assert "后来的课时" not in read(reader, course.url)


def test_seats_and_my_place_are_never_old(reader: Client, person: User) -> None:
    run = CourseRunFactory(capacity=2, course__slug="seats")
    url = run.course.url
    assert "还有2个名额" in read(reader, url)
    other = UserFactory()
    enrol(person=other, run=run, by=other)
    assert "还有1个名额" in read(reader, url)
    mine = enrol(person=person, run=run, by=person)
    assert ("已报名" in read(reader, url), "还有1个名额" in read(reader, url)) == (True, False)
    withdraw(enrolment=mine, by=person)
    text = read(reader, url)
    assert ("已报名" in text, "还有1个名额" in text) == (False, True)


def test_a_trainer_of_a_session_opens_lessons_and_shows_at_once(reader: Client, person: User, at_once: Any) -> None:
    course = CoursePageFactory(slug="taught")
    LessonPageFactory(parent=course, title="内部课时", access=LessonAccess.ENROLLED)
    run = CourseRunFactory(course=course)
    before = read(reader, course.url).count("icons.svg#lock")
    with at_once():
        ClassSession.objects.get(run=run).trainers.add(person)
    assert read(reader, course.url).count("icons.svg#lock") == before - 1


def test_professions_of_the_course_and_mine_are_never_old(reader: Client, person: User, at_once: Any) -> None:
    lawyers: Profession = ProfessionFactory(name="律师")
    run = CourseRunFactory(course__slug="for-lawyers", course__professions=[lawyers])
    url = run.course.url
    assert 'name="key"' not in read(reader, url)
    person.professions.add(lawyers)
    assert 'name="key"' in read(reader, url)
    lawyers.name = "执业律师"
    with at_once():
        lawyers.save()
    assert "执业律师" in read(reader, url)


def test_each_reader_gets_an_own_page(reader: Client, course: CoursePage) -> None:
    """What one reader made the site keep does not show to the next."""
    other = UserFactory(name="别的读者")
    client = Client()
    client.force_login(other)
    mine = CourseRunFactory(course=course)
    enrol(person=other, run=mine, by=other)
    assert ("已报名" in read(client, course.url), "已报名" in read(reader, course.url)) == (True, False)
    assert "已报名" not in read(Client(), course.url)


def test_english_readers_get_english_parts(reader: Client, course: CoursePage) -> None:
    assert "At a glance" not in read(reader, course.url)
    reader.cookies.load({"django_language": "en"})
    assert "At a glance" in read(reader, course.url)


def test_a_preview_is_never_kept(course: CoursePage, reader: Client) -> None:
    read(reader, course.url)
    page = CoursePage.objects.get(pk=course.pk)
    page.body = [("text", "<p>还没发布的正文</p>")]
    answer = page.make_preview_request()
    assert "还没发布的正文" in answer.content.decode()
    assert "还没发布的正文" not in read(reader, course.url)
