"""What search engines are told: only what everybody may read."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from courses.enums import LessonAccess
from people.enums import ReadingScope
from people.models import PageReader
from tests.factories import (
    ChannelPageFactory,
    CoursePageFactory,
    CourseRunFactory,
    LessonPageFactory,
    UserFactory,
    home_page,
)

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: Client) -> list[str]:
    root = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    return [str(loc.text) for loc in root.findall("s:url/s:loc", NAMES)]


def test_pages_and_classes_under_their_own_addresses(client: Client) -> None:
    channel = ChannelPageFactory(slug="mediation")
    course = CoursePageFactory(parent=channel, slug="calm-words")
    LessonPageFactory(parent=course, slug="one", access=LessonAccess.PUBLIC)
    run = CourseRunFactory(course=course)
    assert addresses(client) == [
        f"http://testserver{path}"
        for path in (
            "/",
            "/courses/",
            "/courses/mediation/",
            "/courses/calm-words/",
            "/courses/calm-words/one/",
            f"/runs/{run.pk}/",
            "/statutes/",
        )
    ]


@pytest.mark.parametrize("signed_in", [False, True])
def test_what_is_not_for_everybody_is_not_listed_whoever_asks(client: Client, signed_in: bool) -> None:
    course = CoursePageFactory(slug="open")
    LessonPageFactory(parent=course, slug="secret-enrolled", access=LessonAccess.ENROLLED)
    LessonPageFactory(parent=course, slug="secret-signed", access=LessonAccess.SIGNED_IN)
    CoursePageFactory(slug="secret-draft", live=False)
    private = CoursePageFactory(slug="secret-private")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    circle = CoursePageFactory(slug="secret-circle")
    PageReader.objects.create(page=circle, scope=ReadingScope.MEMBERS)
    hidden = [CourseRunFactory(course=circle), CourseRunFactory(course=course, planned=True)]
    over = CourseRunFactory(course=course, finished=True)
    if signed_in:
        client.force_login(UserFactory(superuser=True))
    listed = addresses(client)
    assert [one for one in listed if "secret" in one] == []
    assert [run for run in [*hidden, over] if f"http://testserver/runs/{run.pk}/" in listed] == []
    assert "http://testserver/courses/open/" in listed


@pytest.mark.parametrize("rows", [1, 4])
def test_the_map_takes_the_same_queries_for_any_number_of_rows(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        CourseRunFactory()
    client.get("/sitemap.xml")
    with django_assert_num_queries(9):
        client.get("/sitemap.xml")


def test_robots_are_kept_out_of_work_places_and_led_to_the_map(client: Client) -> None:
    home_page()
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert (lines[0], lines[-1]) == ("User-agent: *", "Sitemap: http://testserver/sitemap.xml")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    assert [path for path in ("/admin/", "/my/", "/calendars/") if path not in closed] == []
    assert [path for path in closed if re.match(path, "/courses/x/")] == []


def test_every_page_names_the_feeds(client: Client) -> None:
    text = client.get(CoursePageFactory().url).content.decode()
    feeds: list[Any] = re.findall(r'rel="alternate" type="application/(rss|atom)\+xml"[^>]*href="([^"]+)"', text)
    assert feeds == [("rss", "/feeds/notices.rss"), ("atom", "/feeds/notices.atom")]
    assert [client.get(address).status_code for _kind, address in feeds] == [200, 200]
