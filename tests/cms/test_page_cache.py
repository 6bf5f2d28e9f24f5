"""Visitors get whole pages from the store; nobody ever gets a page that was made for somebody else."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from cms.page_cache import Copy, Store
from core.freshness import KEY
from tests.factories import CoursePageFactory, CourseRunFactory, LessonPageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_pages(settings: Any) -> Any:
    """The whole stack of the real site, with a stamp that no other test knows."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:2], settings.PAGE_CACHE, *settings.MIDDLEWARE[2:]]
    cache.delete(KEY)
    yield
    cache.delete(KEY)


@pytest.fixture
def course() -> Any:
    return CoursePageFactory(title="公文写作", slug="writing")


def test_the_second_visitor_costs_no_query(client: Client, course: Any, django_assert_num_queries: Any) -> None:
    first = client.get(course.url)
    with django_assert_num_queries(0):
        second = client.get(course.url)
    assert (second.status_code, second.content) == (200, first.content)


def test_another_process_asks_for_itself(course: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Each test client has a handler, and so a store, of its own: what stands there is not shared by accident."""
    Client().get(course.url)
    other = Client()
    other.get(course.url)
    with django_assert_num_queries(0):
        other.get(course.url)


def test_the_browser_is_told_that_it_has_the_page(client: Client, course: Any) -> None:
    etag = client.get(course.url)["ETag"]
    again = client.get(course.url, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    other = client.get(course.url, headers={"If-None-Match": 'W/"else"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("cookies", "queries_nothing"),
    [
        ({}, True),
        ({"csrftoken": "x" * 32}, True),
        ({"unknown": "1"}, True),
        ({settings.SESSION_COOKIE_NAME: "expired"}, False),
        ({"messages": "x"}, False),
        ({"theme": "dark"}, False),
        ({"size": "large"}, False),
        ({settings.LANGUAGE_COOKIE_NAME: "en"}, False),
        ({"theme": "nonsense", settings.LANGUAGE_COOKIE_NAME: "xx"}, True),
    ],
)
def test_cookies(course: Any, client: Client, cookies: dict[str, str], queries_nothing: bool) -> None:
    """A cookie that changes the page, or may name a person, leads past the copy of a plain visitor."""
    plain = client.get(course.url)
    client.cookies.load(cookies)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(course.url)
    assert (len(queries) == 0) is queries_nothing
    assert answer.status_code == 200
    if queries_nothing:
        assert answer.content == plain.content


def test_choices_of_one_reader_do_not_reach_another(client: Client, course: Any) -> None:
    client.cookies.load({"theme": "dark", "size": "large", settings.LANGUAGE_COOKIE_NAME: "en"})
    english = client.get(course.url).content.decode()
    client.cookies.clear()
    chinese = client.get(course.url).content.decode()
    assert ('data-theme="dark"' in english, 'lang="en"' in english) == (True, True)
    assert ('data-theme="auto"' in chinese, 'lang="zh-Hans"' in chinese) == (True, True)


def test_two_people_and_a_visitor_see_their_own_page(client: Client, course: Any) -> None:
    CourseRunFactory(course=course)
    people = [UserFactory(name="孙学员"), UserFactory(name="赵学员")]
    pages = {"": client.get(course.url).content.decode()}
    for person in [*people, *people]:
        client.force_login(person)
        answer = client.get(course.url)
        pages[person.name] = answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        client.logout()
    pages["again"] = client.get(course.url).content.decode()
    seen = {who: [name for name in ("孙学员", "赵学员") if name in page] for who, page in pages.items()}
    assert seen == {"": [], "孙学员": ["孙学员"], "赵学员": ["赵学员"], "again": []}


def test_publishing_empties_the_store(client: Client, course: Any, django_capture_on_commit_callbacks: Any) -> None:
    before = client.get(course.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        course.title = "公文写作（新版）"
        course.save_revision().publish()
    after = client.get(course.url).content.decode()
    assert ("公文写作（新版）" in before, "公文写作（新版）" in after) == (False, True)


@pytest.mark.parametrize("change", ["unpublish", "delete"])
def test_a_page_taken_down_is_gone_at_once(
    client: Client, course: Any, change: str, django_capture_on_commit_callbacks: Any
) -> None:
    client.get(course.url)
    with django_capture_on_commit_callbacks(execute=True):
        getattr(course, change)()
    assert client.get(course.url).status_code == 404


def test_a_class_announced_by_the_office_shows_at_once(
    client: Client, course: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client.get(course.url)
    with django_capture_on_commit_callbacks(execute=True):
        run = CourseRunFactory(course=course, class_no="2026-T-0777")
    assert "2026-T-0777" in client.get(course.url).content.decode()
    assert "2026-T-0777" in client.get(f"/runs/{run.pk}/").content.decode()


def test_a_draft_touches_nothing(client: Client, course: Any, django_capture_on_commit_callbacks: Any) -> None:
    client.get(course.url)
    stamp = cache.get(KEY)
    with django_capture_on_commit_callbacks(execute=True):
        course.title = "还没写完"
        course.save_revision()
    assert cache.get(KEY) == stamp


def test_what_needs_an_account_is_not_kept(client: Client) -> None:
    """Sign-in pages carry a token, redirects and refusals depend on the person."""
    lesson = LessonPageFactory()
    for address in ["/accounts/login/", "/my/", lesson.url, "/nothing-here/", "/display/", "/healthz"]:
        assert "ETag" not in client.get(address), address


def test_htmx_and_posts_pass_the_store_by(client: Client, course: Any) -> None:
    catalogue = course.get_parent().url
    whole = client.get(catalogue).content
    part = client.get(catalogue, headers={"HX-Request": "true"}).content
    assert (b"<html" in whole, b"<html" in part) == (True, False)
    assert client.get(catalogue).content == whole
    assert "ETag" not in client.post(course.url)


def test_a_page_with_a_token_is_never_kept(client: Client, course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.page_cache.TOKEN", b"<html")
    assert "ETag" not in client.get(course.url)


def test_the_store_forgets_the_oldest_when_it_is_full_and_everything_after_a_minute() -> None:
    store = Store(most_bytes=10)
    later = 1e12
    store.set("a", Copy(b"12345", {}, "", later))
    store.set("b", Copy(b"12345", {}, "", later))
    store.get("a")
    store.set("c", Copy(b"12345", {}, "", later))
    store.set("d", Copy(b"", {}, "", 0.0))
    held = {key: store.get(key) is not None for key in "abcd"}
    assert held == {"a": True, "b": False, "c": True, "d": False}


def test_without_the_shared_cache_nothing_is_kept(client: Client, course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def get(self, key: str) -> None:
            raise ConnectionError

    address = course.url
    monkeypatch.setattr("core.freshness.cache", Unreachable())
    answer = client.get(address)
    assert (answer.status_code, "ETag" in answer) == (200, False)
