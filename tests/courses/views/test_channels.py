"""The page of a channel: courses, classes, notices and what the reader is short of."""

import re
from typing import Any

import pytest
from django.test import Client

from courses.presenters import sections
from courses.presenters.sections import Place, Section
from tests.factories import (
    ChannelPageFactory,
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    NoticePageFactory,
    ProfessionFactory,
    UserFactory,
    catalogue,
    close_to,
    home_page,
)

pytestmark = pytest.mark.django_db


def look(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def cards(html: str) -> set[str]:
    start = html.index('id="courses-title"')
    return set(re.findall(r'card__title"><a href="[^"]*">([^<]*)<', html[start:]))


@pytest.fixture
def mediators() -> Any:
    return ProfessionFactory(name="人民调解员")


@pytest.fixture
def channel(mediators: Any) -> Any:
    page = ChannelPageFactory(title="人民调解", introduction="调解员看这里。")
    page.professions.set([mediators])
    page.save()
    return page


def test_courses_of_the_channel_and_for_its_professions(client: Client, channel: Any, mediators: Any) -> None:
    CoursePageFactory(title="频道里的", parent=channel)
    CoursePageFactory(title="面向调解员", professions=[mediators])
    CoursePageFactory(title="别的课", professions=[ProfessionFactory()])
    CoursePageFactory(title="草稿", parent=channel, live=False)
    close_to(CoursePageFactory(title="内部课", parent=channel))
    html = look(client, channel.url)
    assert cards(html) == {"频道里的", "面向调解员"}
    assert "人民调解员" in html
    assert "内部课" not in html
    client.force_login(UserFactory())
    assert cards(look(client, channel.url)) == {"频道里的", "面向调解员", "内部课"}


def test_classes_that_take_sign_ups(client: Client, channel: Any) -> None:
    course = CoursePageFactory(parent=channel)
    shown = CourseRunFactory(course=course)
    closed = CourseRunFactory(course=course, closed=True)
    other = CourseRunFactory()
    html = look(client, channel.url)
    assert f"/runs/{shown.pk}/" in html
    for run in (closed, other):
        assert f"/runs/{run.pk}/" not in html


def test_notices_for_its_professions(client: Client, channel: Any, mediators: Any) -> None:
    NoticePageFactory(title="给调解员", professions=[mediators])
    NoticePageFactory(title="给公证员", professions=[ProfessionFactory()])
    close_to(NoticePageFactory(title="内部通知", professions=[mediators]))
    html = look(client, channel.url)
    assert "给调解员" in html
    assert "给公证员" not in html
    assert "内部通知" not in html


def test_an_empty_channel_says_so(client: Client, channel: Any) -> None:
    html = look(client, channel.url)
    assert 'class="empty"' in html
    assert 'id="channel-notices"' not in html


def test_the_readers_own_next_class(client: Client, channel: Any) -> None:
    run = CourseRunFactory(course=CoursePageFactory(parent=channel, title="岗前培训"), closed=True)
    person = EnrolmentFactory(run=run).person
    EnrolmentFactory(person=person, run=CourseRunFactory())
    assert 'id="mine-title"' not in look(client, channel.url)
    client.force_login(person)
    assert f"/runs/{run.pk}/" in re.split('id="mine-title"', look(client, channel.url))[1]


@pytest.fixture
def slot(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A provider as another app would register it."""
    asked: list[dict[str, Any]] = []

    def shortfall(**facts: Any) -> Section | None:
        asked.append(facts)
        return Section("courses/parts/hours.html", {"hours": 6}) if facts["person"].username == "short" else None

    monkeypatch.setattr(sections, "_providers", {**sections._providers, Place.CHANNEL_READER: {shortfall: 10}})
    return asked


def test_a_slot_is_filled_for_readers_who_are_signed_in(
    client: Client, channel: Any, mediators: Any, slot: list[dict[str, Any]]
) -> None:
    look(client, channel.url)
    assert slot == []
    client.force_login(UserFactory(username="short"))
    look(client, channel.url)
    assert (slot[0]["professions"], slot[0]["channel"]) == ([mediators], channel)


def test_sections_stand_in_their_order_and_empty_ones_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = Section("first.html"), Section("last.html")
    given = {lambda **facts: last: 20, lambda **facts: None: 15, lambda **facts: first: 10}
    monkeypatch.setattr(sections, "_providers", {Place.MY: given})
    assert sections.sections(Place.MY, person=None, at=None) == [first, last]


def test_catalogue_and_first_page_lead_to_the_channels(client: Client, channel: Any) -> None:
    home_page()
    closed = close_to(ChannelPageFactory(title="内部频道"))
    ChannelPageFactory(title="草稿频道", live=False)
    for path in ("/", catalogue().url):
        html = look(client, path)
        assert re.findall(r'<a class="chip" href="([^"]*)">([^<]*)</a>', html) == [(channel.url, "人民调解")]
        assert closed.url not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(
    client: Client, channel: Any, mediators: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        CourseRunFactory(course=CoursePageFactory(parent=channel))
        NoticePageFactory(professions=[mediators])
    client.force_login(UserFactory())
    look(client, channel.url)
    with django_assert_num_queries(36):
        look(client, channel.url)
