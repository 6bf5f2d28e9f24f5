"""What the search must not let slip: words that stand only in what a reader may not open.

Everything closed holds a word of its own beside the word 翠湖, which an open page holds too. Whoever may not open the
thing meets its word nowhere: not as a result, not in an excerpt, a number, a facet, a trail, a suggestion, other words,
a recommendation or a title. Whoever may, finds it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageViewRestriction

from core.models import Material
from core.models.media import FileAccess
from core.search.readings import letters
from courses.enums import LessonAccess
from courses.models import ChannelPage
from home.models import NoticeIndexPage, NoticePage, StandardPage
from people.enums import ReadingScope
from people.models import PageReader, User
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UserFactory,
    catalogue,
    home_page,
)
from tests.people.helpers import Bureau, bureau, person_with

pytestmark = pytest.mark.django_db
COMMON = "翠湖"
# Where the word stands → the word. No two of them share a character, and no other text of the site has them.
SECRETS = {
    "draft_title": "玄驹", "draft_body": "醴泉", "private_title": "麒麟", "private_body": "貔貅",
    "circle_title": "饕餮", "circle_body": "螭吻", "below_circle_title": "蒲牢", "below_circle_body": "狻猊",
    "person_circle_title": "狴犴", "channel_title": "囚牛", "lesson_title": "睚眦", "lesson_body": "嘲风",
    "file_title": "赑屃", "file_name": "fuxi7", "file_text": "椒图", "unused_file_title": "穷奇",
    "unused_file_text": "梼杌", "run_venue": "蚣蝮", "run_number": "JINNI9", "planned_venue": "犼鳞", "name": "鲲鹏",
    "notice_title": "獬豸", "notice_body": "夔鼓",
}  # fmt: skip
OUTSIDERS = ("visitor", "stranger", "learner_elsewhere", "clerk_elsewhere")


@dataclass
class World:
    """The closed things, and who stands inside and outside."""

    people: dict[str, Any]
    learner: User  # takes the course of the closed lesson
    member: User  # of the unit of the circle
    named: User  # in the circle of one person
    clerk: User  # of the unit of the person with a secret name
    boss: User

    def client(self, name: str) -> Client:
        return signed_in(self.people[name])


def signed_in(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def world() -> World:
    home_page()
    catalogue()
    town = bureau()
    boss = UserFactory(name="超级管理员", is_superuser=True)
    learner, named = person_with("learner", unit=town.office), person_with("learner", unit=town.elsewhere)
    _pages(town, named)
    _classes(learner)
    UserFactory(name=f"司{SECRETS['name']}", unit=town.committee, title=COMMON)
    home_page().add_child(instance=StandardPage(title=f"{COMMON}公开页", slug="open", introduction="人人可读。"))
    return World(
        people={
            "visitor": None,
            "stranger": UserFactory(name="陌路人", unit=None),
            "learner_elsewhere": person_with("learner", unit=town.elsewhere),
            "clerk_elsewhere": person_with("clerk", unit=town.elsewhere),
        },
        learner=learner,
        member=person_with("learner", unit=town.committee),
        named=named,
        clerk=person_with("clerk", unit=town.office),
        boss=boss,
    )


def text(key: str) -> list[tuple[str, str]]:
    return [("text", f"<p>{COMMON}边的{SECRETS[key]}，路过。</p>")]


def title(key: str) -> str:
    return f"{COMMON}与{SECRETS[key]}篇"


def circle(page: Page, **who: Any) -> None:
    PageReader.objects.create(page=page, scope=ReadingScope.UNIT if "unit" in who else ReadingScope.PERSON, **who)


def _pages(town: Bureau, named: User) -> None:
    home = home_page()
    standard = StandardPage(title=title("draft_title"), slug="draft", body=text("draft_body"), live=False)
    home.add_child(instance=standard)
    private = home.add_child(
        instance=StandardPage(title=title("private_title"), slug="private", body=text("private_body"))
    )
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    outer = home.add_child(instance=StandardPage(title=title("circle_title"), slug="circle", body=text("circle_body")))
    circle(outer, unit=town.office)
    outer.add_child(
        instance=StandardPage(title=title("below_circle_title"), slug="below", body=text("below_circle_body"))
    )
    one = home.add_child(instance=StandardPage(title=title("person_circle_title"), slug="one"))
    circle(one, person=named)
    channel = catalogue().add_child(instance=ChannelPage(title=title("channel_title"), slug="closed-channel"))
    circle(channel, unit=town.office)
    index = home.add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    day = datetime.date(2019, 3, 1)
    notice = NoticePage(title=title("notice_title"), slug="n", published_on=day, body=text("notice_body"))
    circle(index.add_child(instance=notice), unit=town.office)
    open_file = Material.objects.create(
        title=f"{COMMON}公开讲义", file=ContentFile(b"-", name="open.txt"), access=FileAccess.PUBLIC
    )
    holder = StandardPage(title=title("private_title"), slug="holder", body=[("document", {"document": open_file})])
    circle(home.add_child(instance=holder), unit=town.office)
    for page in (outer, private):
        SearchPromotion.objects.create(query=Query.get(COMMON), page=page, description=page.title)


def _classes(learner: User) -> None:
    course = CoursePageFactory(title=f"{COMMON}公开课")
    name = f"{SECRETS['file_name']}.txt"
    handout = Material.objects.create(
        title=title("file_title"), text=f"{COMMON}{SECRETS['file_text']}", file=ContentFile(b"-", name=name)
    )
    Material.objects.create(
        title=title("unused_file_title"),
        text=f"{COMMON}{SECRETS['unused_file_text']}",
        file=ContentFile(b"-", name="unused.txt"),
    )
    body = [*text("lesson_body"), ("document", {"document": handout, "note": ""})]
    LessonPageFactory(parent=course, title=title("lesson_title"), access=LessonAccess.ENROLLED, body=body)
    run = CourseRunFactory(course=course, cancelled=True, venue=SECRETS["run_venue"], class_no=SECRETS["run_number"])
    CourseRunFactory(course=course, planned=True, venue=SECRETS["planned_venue"])
    EnrolmentFactory(run=CourseRunFactory(course=course), person=learner)
    assert run.pk


def look(client: Client, address: str = "/search/", **asked: Any) -> str:
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def told(page: str) -> set[str]:
    """The secrets that a page lets slip, wherever they stand in it."""
    bare = re.sub(r"</?mark>", "", page)
    return {key for key, word in SECRETS.items() if word in bare}


def results(page: str) -> list[str]:
    found = re.findall(r'<h3 class="result__title"><a href="[^"]*">(.*?)</a>', page)
    return [re.sub("<[^>]+>", "", one) for one in found]


OPEN = {f"{COMMON}公开页", f"{COMMON}公开讲义", f"{COMMON}公开课"}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_the_common_word_shows_what_is_open_and_nothing_of_the_rest(world: World, outsider: str) -> None:
    client = world.client(outsider)
    whole = look(client, q=COMMON)
    pages = [
        whole,
        look(client),
        look(client, q=COMMON, page=2),
        look(client, q=COMMON, type="lesson"),
        look(client, q=COMMON, year="2019"),
        look(client, q="公开"),
        look(client, "/search/suggest/", q=COMMON),
        client.get("/search/", {"q": COMMON}, headers={"HX-Request": "true"}).content.decode(),
    ]
    assert [told(page) for page in pages] == [set()] * len(pages)
    assert (set(results(whole)), "共3条结果" in whole) == (OPEN, True)
    assert "2019" not in re.findall(r'name="year" value="(\d+)"', whole)


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_the_words_themselves_find_nothing_and_suggest_nothing(world: World, outsider: str) -> None:
    client, slipped = world.client(outsider), {}
    for key, word in SECRETS.items():
        page, suggested = look(client, q=word), look(client, "/search/suggest/", q=word)
        if results(page) or "没有找到" not in page or "search__meant" in page or 'role="option"' in suggested:
            slipped[key] = (results(page), suggested)
    assert slipped == {}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_readings_and_misspellings_offer_nothing(world: World, outsider: str) -> None:
    client, offered = world.client(outsider), {}
    for key, word in SECRETS.items():
        near = f"与{word[0]}蛋篇"  # one character of the title is wrong
        for typed in (letters(word), letters(f"与{word}"), near):
            page, suggested = look(client, q=typed), look(client, "/search/suggest/", q=typed)
            if told(page) - {key} or word in page.replace(typed, "") or word in suggested.replace(typed, ""):
                offered[key, typed] = results(page)
            if "search__meant" in page or results(page):
                offered[key, typed] = results(page)
    assert offered == {}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_the_back_office_says_nothing_to_them_either(world: World, outsider: str) -> None:
    client = world.client(outsider)
    ways = ("wagtailadmin_pages:search", "wagtailadmin_choose_page_search", "wagtaildocs:index", "runs:index",
            "wagtaildocs_chooser:choose_results", "wagtailusers_users:index", "wagtailadmin_explore_root")  # fmt: skip
    slipped = {}
    for way in ways:
        for word in (COMMON, SECRETS["name"], SECRETS["run_venue"], SECRETS["draft_title"]):
            answer = client.get(reverse(way), {"q": word})
            page = answer.content.decode()
            found = {key for key in told(page) - {"lesson_title"} if SECRETS[key] != word}  # the course page lists it
            if found or title("draft_title") in page:
                slipped[way, word] = found
    assert slipped == {}


def test_insiders_find_each_of_them(world: World) -> None:
    """Were nothing indexed at all, the tests above would hold as well."""
    inside = {
        "member": (world.member, ("circle_title", "circle_body", "below_circle_title", "below_circle_body",
                                  "channel_title", "notice_title", "notice_body")),
        "named": (world.named, ("person_circle_title",)),
        "learner": (world.learner, ("lesson_title", "lesson_body", "file_title", "file_text")),
        "clerk": (world.clerk, ("name",)),
        "boss": (world.boss, ("unused_file_title", "unused_file_text", "name")),
    }  # fmt: skip
    missed = {}
    for role, (person, keys) in inside.items():
        client = signed_in(person)
        missed |= {
            (role, key): look(client, q=SECRETS[key]) for key in keys if not results(look(client, q=SECRETS[key]))
        }
    assert missed == {}
    assert told(look(signed_in(world.learner), q=title("file_title"))) >= {"file_title"}
    assert SECRETS["file_name"] in signed_in(world.boss).get(reverse("wagtaildocs:index")).content.decode()


def test_editors_find_drafts_private_pages_and_classes_in_the_back_office(world: World) -> None:
    client = signed_in(world.boss)
    ways = {
        "draft_title": "wagtailadmin_pages:search",
        "private_title": "wagtailadmin_pages:search",
        "run_number": "runs:index",
    }
    found = {key: client.get(reverse(way), {"q": SECRETS[key]}).content.decode() for key, way in ways.items()}
    assert title("draft_title") in found["draft_title"]
    assert title("private_title") in found["private_title"]
    assert found["run_number"].count(SECRETS["run_number"]) > found["run_number"].count(
        f'value="{SECRETS["run_number"]}"'
    )


def test_what_is_put_behind_a_circle_is_gone_from_the_search_at_once(world: World) -> None:
    client = world.client("stranger")
    page = Page.objects.get(slug="open")
    assert f"{COMMON}公开页" in results(look(client, q=COMMON))
    circle(page, person=world.named)
    assert f"{COMMON}公开页" not in results(look(client, q=COMMON))
    assert f"{COMMON}公开页" in results(look(signed_in(world.named), q=COMMON))
