"""Visitors get whole pages from the store; nobody ever gets a page that was made for somebody else."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from wagtail.models import PageViewRestriction

from cms.page_cache import Copy, PageCacheMiddleware, Store
from cms.settings.env import caches as cache_settings
from core.freshness import KEY, for_everybody
from courses.enums import Category
from courses.models import CourseRun
from courses.services import enrolment as enrolments
from courses.services import runs as run_services
from courses.services.schedule import save_schedule
from people.enums import ReadingScope
from people.models import PageReader
from tests.factories import (
    ChannelPageFactory,
    CoursePageFactory,
    CourseRunFactory,
    LessonPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The whole stack of the real site, with a stamp that no other test knows."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:2], settings.PAGE_CACHE, *settings.MIDDLEWARE[2:]]
    monkeypatch.setattr("core.freshness.GLANCE", 0)
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


# What changes for everybody shows at once


def is_kept(client: Client, address: str) -> bool:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries) == 0


@pytest.mark.parametrize("change", ["slug", "move", "circle", "private", "child"])
def test_every_change_of_a_page_empties_the_store(
    client: Client, course: Any, change: str, django_capture_on_commit_callbacks: Any
) -> None:
    channel = ChannelPageFactory()
    client.get(course.url)
    assert is_kept(client, course.url)
    with django_capture_on_commit_callbacks(execute=True):
        _change(course, channel, change)
    assert not is_kept(client, "/courses/writing/")


def _change(course: Any, channel: Any, change: str) -> None:
    if change == "slug":
        course.slug = "writing-2"
        course.save_revision().publish()
    elif change == "move":
        course.move(channel, pos="last-child")
    elif change == "circle":
        PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    elif change == "private":
        PageViewRestriction.objects.create(page=course, restriction_type=PageViewRestriction.LOGIN)
    else:
        lesson = LessonPageFactory(parent=course, live=False)
        lesson.save_revision().publish()


def test_a_page_closed_to_a_circle_is_gone_from_the_store_at_once(
    client: Client, course: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert client.get(course.url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    assert client.get(course.url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(course.url).status_code == 200
    client.logout()
    assert client.get(course.url).status_code == 302


@pytest.mark.parametrize("change", ["run", "session"])
def test_what_the_office_saves_shows_at_once(
    client: Client, course: Any, change: str, django_capture_on_commit_callbacks: Any
) -> None:
    office, run = UserFactory(superuser=True), CourseRunFactory(course=course)
    address = f"/runs/{run.pk}/"
    client.get(address)
    with django_capture_on_commit_callbacks(execute=True):
        if change == "run":
            fresh = CourseRun.objects.get(pk=run.pk)
            fresh.venue = "一楼大厅"
            run_services.save_run(run=fresh, by=office)
        else:
            session = run.sessions.get()
            session.venue = "一楼大厅"
            save_schedule(run=run, sessions=[session], by=office)
    assert "一楼大厅" in client.get(address).content.decode()


def seats(client: Client, address: str) -> list[str]:
    return re.findall(r"<dd>20[^<]*</dd>", client.get(address).content.decode())


def test_a_seat_that_is_taken_or_given_back_shows(
    client: Client, course: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run, person = CourseRunFactory(course=course), UserFactory()
    before = seats(client, f"/runs/{run.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        enrolment = enrolments.enrol(person=person, run=run, by=person)
    taken = seats(client, f"/runs/{run.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        enrolments.withdraw(enrolment=enrolment, by=person, reason="")
    assert (before != taken, seats(client, f"/runs/{run.pk}/")) == (True, before)


def test_a_rush_for_seats_does_not_empty_the_store_at_every_press(
    client: Client, course: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    now = [1000.0]
    monkeypatch.setattr("core.freshness.GLANCE", 2)
    monkeypatch.setattr("core.freshness.time.monotonic", lambda: now[0])
    monkeypatch.setattr("core.freshness._glance", (float("-inf"), ""))
    run = CourseRunFactory(course=course)
    person, office = UserFactory(), UserFactory(superuser=True)
    client.get(course.url)
    with django_capture_on_commit_callbacks(execute=True):
        enrolments.enrol(person=person, run=run, by=office)
    kept = [is_kept(client, course.url)]
    now[0] += 2
    kept.append(is_kept(client, course.url))
    assert kept == [True, False]


# Nobody gets what was made for somebody else


SESSIONS = ("none", "open", "expired", "forged", "empty")


@pytest.mark.parametrize("state", SESSIONS)
def test_a_request_that_may_be_a_persons_passes_the_store_by(client: Client, course: Any, state: str) -> None:
    visitor = client.get(course.url).content
    other = Client()
    _become(other, state)
    answer = other.get(course.url)
    assert ("孙学员" in answer.content.decode(), "ETag" in answer) == (state == "open", state == "none")
    again = client.get(course.url)
    assert (again.content, "孙学员" in again.content.decode()) == (visitor, False)
    if state != "open":
        assert answer.content == visitor


def _become(client: Client, state: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    if state in ("open", "expired"):
        client.force_login(UserFactory(name="孙学员"))
    if state == "expired":
        Session.objects.all().delete()
    if state == "forged":
        client.cookies[name] = "x" * 32
    if state == "empty":
        client.cookies[name] = ""


def test_the_first_to_ask_may_be_a_person(course: Any) -> None:
    """What is made for somebody who is signed in is not there for the visitor who comes next."""
    person, visitor = Client(), Client()
    person.force_login(UserFactory(name="孙学员"))
    for _number in range(2):
        person.get(course.url)
    answer = visitor.get(course.url)
    assert ("孙学员" in answer.content.decode(), answer["Cache-Control"]) == (False, "no-cache")


def test_after_signing_out_the_page_is_that_of_a_visitor(client: Client, course: Any) -> None:
    visitor = client.get(course.url).content
    client.force_login(UserFactory(name="孙学员"))
    client.get(course.url)
    client.logout()
    assert client.get(course.url).content == visitor


def test_what_depends_on_cookies_says_so(client: Client, course: Any) -> None:
    answer = client.get(course.url)
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_a_signed_header_passes_the_store_by(client: Client, course: Any) -> None:
    client.get(course.url)
    assert "ETag" not in client.get(course.url, headers={"Authorization": "Basic x"})


# The form of a request


def test_head_is_answered_from_the_store_and_fills_it_not(client: Client, course: Any) -> None:
    assert (client.head(course.url).status_code, is_kept(client, course.url)) == (200, False)
    head = client.head(course.url)
    assert (head.status_code, head.content, "ETag" in head) == (200, b"", True)


def test_not_modified_repeats_what_caches_need(client: Client, course: Any) -> None:
    first = client.get(course.url)
    same = client.get(course.url, headers={"If-None-Match": f'W/"other", {first["ETag"]}'})
    told = ("ETag", "Vary", "Cache-Control")
    assert (same.status_code, [same[name] for name in told]) == (304, [first[name] for name in told])


def test_what_messengers_hang_on_finds_the_copy_and_leaves_none(client: Client, course: Any) -> None:
    shared = f"{course.url}?from=timeline&isappinstalled=0&utm_source=x"
    assert [is_kept(client, shared), is_kept(client, shared)] == [False, False]
    plain = client.get(course.url).content
    assert (is_kept(client, shared), client.get(shared).content) == (True, plain)


def test_unknown_parameters_fill_nothing(client: Client, course: Any) -> None:
    client.get(course.url)
    assert [is_kept(client, f"{course.url}?x={number}") for number in (1, 1)] == [False, False]
    assert is_kept(client, course.url)


def test_lists_are_kept_by_what_narrows_them(client: Client, course: Any) -> None:
    CoursePageFactory(title="法律基础", category=Category.LAW)
    pages = {query: client.get(f"/courses/{query}").content.decode() for query in ("", "?channel=law", "?page=9")}
    assert [("法律基础" in page, "公文写作" in page) for page in pages.values()] == [
        (True, True),
        (True, False),
        (True, True),
    ]
    assert [is_kept(client, f"/courses/{query}") for query in pages] == [True, True, True]
    assert not is_kept(client, "/courses/?q=x")


def test_lists_are_kept_apart_from_pages_and_not_shared(course: Any, rf: Any) -> None:
    """A flood of numbers of pages pushes out numbers of pages, nothing else."""
    middleware = PageCacheMiddleware(lambda request: _page(b"x" * 1_000_000))
    middleware(rf.get("/"))
    for number in range(10):
        middleware(rf.get(f"/courses/?page={number}"))
    assert (len(middleware.store._copies), len(middleware.lists._copies)) == (1, 4)


def _page(content: bytes) -> HttpResponse:
    return for_everybody(HttpResponse(content))


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("localhost", True),
        ("LocalHost", False),
        ("localhost:80", True),
        ("localhost:8000", True),
        ("localhost:4242", False),
    ],
)
def test_each_spelling_of_the_host_does_not_get_its_own_copies(
    client: Client, course: Any, host: str, kept: bool
) -> None:
    client.get(course.url, headers={"host": host})
    with CaptureQueriesContext(connection) as queries:
        assert client.get(course.url, headers={"host": host}).status_code == 200
    assert (len(queries) == 0) is kept


def test_errors_are_not_kept(client: Client, course: Any) -> None:
    LessonPageFactory(parent=course, slug="closed")
    for address in ("/nowhere/", "/courses/writing/closed/", "/runs/999999/"):
        assert [is_kept(client, address), is_kept(client, address)] == [False, False]


def test_a_fault_on_the_way_is_not_kept(rf: Any) -> None:
    answers = iter([HttpResponse(status=500), HttpResponse(status=200), _page(b"good")])
    middleware = PageCacheMiddleware(lambda request: next(answers))
    statuses = [(answer.status_code, "ETag" in answer) for answer in (middleware(rf.get("/")) for _number in range(4))]
    assert statuses == [(500, False), (200, False), (200, True), (200, True)]


# With Redis


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Any]:
    """A Redis of its own on a free port; under CI it must be there (a skip fails the run)."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    server.url = f"redis://127.0.0.1:{port}/0"  # type: ignore[attr-defined]
    client = redis.Redis.from_url(server.url, retry=Retry(ConstantBackoff(0.1), 100))  # type: ignore[attr-defined]
    client.ping()
    client.close()
    yield server
    server.terminate()
    server.wait()


@pytest.fixture
def with_redis(redis_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cms.settings.env.REDIS_URL", redis_server.url)
    made = cache_settings()
    settings.CACHES = {**settings.CACHES, "default": made["default"], "pages": made["pages"]}
    yield redis_server
    caches["default"].close()
    caches["pages"].close()


def test_two_processes_share_through_redis(
    with_redis: Any, course: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Each client has a handler and a store of its own, as a process has."""
    one, two = Client(), Client()
    first = one.get(course.url)
    assert (is_kept(two, course.url), two.get(course.url).content) == (True, first.content)
    with django_capture_on_commit_callbacks(execute=True):
        course.title = "公文写作（新版）"
        course.save_revision().publish()
    assert ["公文写作（新版）" in client.get(course.url).content.decode() for client in (two, one)] == [True, True]
    assert [is_kept(client, "/courses/?page=2") for client in (one, two)] == [False, False]


def test_redis_that_goes_away_takes_no_page_with_it(
    with_redis: Any, course: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    client.get(course.url)
    with_redis.terminate()
    with_redis.wait()
    answer = client.get(course.url)
    assert (answer.status_code, "ETag" in answer) == (200, False)
    with django_capture_on_commit_callbacks(execute=True):
        course.title = "公文写作（新版）"
        course.save_revision().publish()
    assert "公文写作（新版）" in client.get(course.url).content.decode()
    assert client.get("/api/v1/courses").status_code == 200
