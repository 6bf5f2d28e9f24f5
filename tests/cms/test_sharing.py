"""How pages look where they are shared, and where they stand."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file

from core.models import Picture
from courses.enums import LessonAccess
from home.models import StandardPage
from tests.factories import ChannelPageFactory, CoursePageFactory, CourseRunFactory, LessonPageFactory, home_page

pytestmark = [
    pytest.mark.django_db,
    # 2026-11-27, Wagtail 8.0.1: making a picture of another size leaves its temporary file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def head(client: Client, address: str) -> dict[str, str]:
    text = client.get(address).content.decode()
    tags = re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+|description)" content="([^"]*)">', text)
    canonical = re.search(r'<link rel="canonical" href="([^"]*)">', text)
    return dict(tags) | ({"canonical": canonical[1]} if canonical else {})


def trail(client: Client, address: str) -> list[tuple[str, str]]:
    text = client.get(address).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    items = json.loads(found[1])["itemListElement"] if found else []
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return [(item["name"], item["item"]) for item in items]


def test_a_course(client: Client) -> None:
    cover = Picture.objects.create(title="封面", file=get_test_image_file(filename="cover.png", size=(1200, 800)))
    course = CoursePageFactory(title="公文写作 “请示”", slug="writing", summary="怎么写，\n怎么改。", cover=cover)
    shown = head(client, course.url)
    picture = shown.pop("og:image")
    assert shown == {
        "canonical": "http://testserver/courses/writing/",
        "description": "怎么写， 怎么改。",
        "og:type": "article",
        "og:site_name": "司法行政培训管理平台",
        "og:locale": "zh_CN",
        "og:title": "公文写作 “请示”",
        "og:description": "怎么写， 怎么改。",
        "og:url": "http://testserver/courses/writing/",
        "twitter:card": "summary_large_image",
    }
    assert picture.startswith("http://testserver/media/images/")
    file = client.get(picture.removeprefix("http://testserver"))
    assert (file.status_code, len(list(file)) > 0) == (200, True)


def test_a_class_and_a_lesson_borrow_from_their_course(client: Client) -> None:
    cover = Picture.objects.create(title="封面", file=get_test_image_file(filename="borrowed.png", size=(1200, 800)))
    run = CourseRunFactory(course=CoursePageFactory(title="公文写作", cover=cover))
    lesson = LessonPageFactory(parent=run.course, access=LessonAccess.PUBLIC, summary="第一课")
    shown = head(client, f"/runs/{run.pk}/")
    assert (shown["og:url"], shown["og:title"]) == (f"http://testserver/runs/{run.pk}/", f"公文写作 {run.intake}")
    pictures = {head(client, address)["og:image"] for address in (run.course.url, f"/runs/{run.pk}/", lesson.url)}
    assert [picture.startswith("http://testserver/media/images/") for picture in pictures] == [True]


def test_without_a_picture_of_its_own_the_page_has_that_of_the_site(client: Client) -> None:
    home_page().add_child(instance=StandardPage(title="帮助", slug="guide"))
    shown = head(client, "/guide/")
    assert (shown["og:image"], "og:description" in shown) == ("http://testserver/static/share.png", False)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [("", ""), ("?q=x&from=timeline", ""), ("?page=1", ""), ("?page=2&q=x", "?page=2"), ("?page=<b>", "")],
)
def test_one_page_has_one_address(client: Client, query: str, canonical: str) -> None:
    CoursePageFactory()
    assert head(client, f"/courses/{query}")["canonical"] == f"http://testserver/courses/{canonical}"


def test_what_an_editor_writes_cannot_leave_its_place(client: Client) -> None:
    course = CoursePageFactory(title='</script><script>alert("1")</script>&', slug="evil", summary='"><b>')
    text = client.get(course.url).content.decode()
    assert ('</script><script>alert("1")' in text, '"><b>' in text) == (False, False)
    assert trail(client, course.url)[-1] == ('</script><script>alert("1")</script>&', "http://testserver/courses/evil/")


@pytest.mark.parametrize("address", ["/accounts/login/", "/display/", "/search/?q=x", "/no-such-page/"])
def test_what_nobody_shares_has_no_card(client: Client, address: str) -> None:
    home_page()
    assert (head(client, address), trail(client, address)) == ({}, [])


def test_the_way_down_to_a_lesson(client: Client) -> None:
    channel = ChannelPageFactory(title="人民调解", slug="mediation")
    course = CoursePageFactory(parent=channel, title="调解技巧", slug="skills")
    lesson = LessonPageFactory(parent=course, title="第一课", slug="one", access=LessonAccess.PUBLIC)
    assert trail(client, lesson.url) == [
        ("首页", "http://testserver/"),
        ("课程中心", "http://testserver/courses/"),
        ("人民调解", "http://testserver/courses/mediation/"),
        ("调解技巧", "http://testserver/courses/skills/"),
        ("第一课", "http://testserver/courses/skills/one/"),
    ]


@pytest.mark.parametrize(
    "address", ["/courses/", "/accounts/login/", "/display/", "/search/", "/statutes/", "/nowhere/"]
)
def test_every_page_but_the_first_says_where_it_is(client: Client, address: str) -> None:
    CoursePageFactory()
    assert client.get(address).content.decode().count('class="breadcrumb"') == 1


def test_the_first_page_is_where_it_is(client: Client) -> None:
    home_page()
    assert 'class="breadcrumb"' not in client.get("/").content.decode()


def test_a_draft_that_is_previewed_has_no_address_yet(rf: Any) -> None:
    from cms.sharing import card
    from courses.models import CoursePage

    assert card(rf.get("/"), {"page": CoursePage(title="新课")}) is None
