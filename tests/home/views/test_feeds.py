"""The notices as feeds: well-formed, and only what everybody may read."""

import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.factories import NoticePageFactory, UserFactory, close_to

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: Client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own text


@pytest.fixture
def notice() -> Any:
    NoticePageFactory(title="草稿", live=False)
    close_to(NoticePageFactory(title="内部"))
    return NoticePageFactory(
        title="保密培训",
        slug="secrecy",
        summary="周二晚上课。",
        issued_by="政工室",
        published_on=datetime.date(2026, 11, 2),
    )


def test_rss(client: Client, notice: Any) -> None:
    [item] = read(client, "/feeds/notices.rss").iter("item")
    assert (item.findtext("title"), item.findtext("description")) == ("保密培训", "周二晚上课。")
    assert item.findtext("guid") == f"notice-{notice.pk}"
    assert item.findtext("link").endswith("/notices/secrecy/")  # type: ignore[union-attr]
    assert item.findtext("pubDate") == "Mon, 02 Nov 2026 12:00:00 +0800"


def test_atom(client: Client, notice: Any) -> None:
    [entry] = read(client, "/feeds/notices.atom").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "保密培训"
    assert entry.findtext(f"{ATOM}id") == f"tag:testserver,2026-11-02:notice-{notice.pk}"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "政工室"


@pytest.mark.parametrize("path", ["/feeds/notices.rss", "/feeds/notices.atom"])
def test_somebody_who_is_signed_in_gets_the_same(client: Client, notice: Any, path: str) -> None:
    client.force_login(UserFactory())
    html = client.get(path).content.decode()
    assert "保密培训" in html
    assert "内部" not in html


def test_a_site_without_notices_has_an_empty_feed(client: Client) -> None:
    assert list(read(client, "/feeds/notices.rss").iter("item")) == []


@pytest.mark.parametrize("rows", [1, 4])
def test_a_feed_takes_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        NoticePageFactory()
    client.get("/feeds/notices.rss")
    with django_assert_num_queries(5):
        client.get("/feeds/notices.rss")
