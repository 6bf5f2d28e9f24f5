"""Somebody who is lost is led on, and to nothing that he or she may not open."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect

from courses.enums import LessonAccess
from people.enums import ReadingScope
from people.models import PageReader
from tests.factories import ChannelPageFactory, CoursePageFactory, LessonPageFactory, UserFactory, home_page

pytestmark = pytest.mark.django_db


def lost(client: Client, address: str) -> tuple[int, list[str]]:
    """The status, and the links of the page's own part."""
    answer = client.get(address)
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0].split("</nav>", 1)[-1]
    return answer.status_code, re.findall(r'<a [^>]*href="([^"]+)"', main)


def test_the_nearest_page_above(client: Client) -> None:
    course = CoursePageFactory(title="公文写作", slug="writing")
    assert lost(client, "/courses/writing/no-such-lesson/") == (404, [course.url, "/", "/courses/"])
    assert lost(client, "/nothing/at/all/") == (404, ["/", "/courses/"])


def test_titles_that_sound_like_the_address(client: Client) -> None:
    course = CoursePageFactory(title="公文写作", slug="writing")
    assert lost(client, "/courses/gongwen-xiezuo/")[1] == ["/courses/", course.url, "/", "/courses/"]


def test_what_the_reader_may_not_open_is_not_named(client: Client) -> None:
    circle = CoursePageFactory(title="机要写作", slug="secret")
    PageReader.objects.create(page=circle, scope=ReadingScope.MEMBERS)
    LessonPageFactory(parent=CoursePageFactory(slug="open"), title="机要课时", access=LessonAccess.ENROLLED)
    CoursePageFactory(title="机要草稿", slug="draft", live=False)
    for address in ("/courses/secret/none/", "/courses/jiyao/", "/jiyao-xiezuo/", "/courses/draft/none/"):
        assert "机要" not in client.get(address).content.decode()
    client.force_login(UserFactory())
    assert circle.url in lost(client, "/courses/secret/none/")[1]


@pytest.mark.parametrize("address", ["/wp-login.php", "/.env", "/a/../b%00/", "/" + "x" * 300 + "/"])
def test_machines_that_try_doors_cost_no_search(client: Client, address: str) -> None:
    home_page()
    client.get("/warm-up.php")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 404
    assert [query["sql"] for query in queries if "MATCH" in query["sql"]] == []


def test_there_is_a_box_to_search_in(client: Client) -> None:
    home_page()
    assert 'id="lost-search"' in client.get("/nowhere/").content.decode()


# Old addresses


def goes_to(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_new_address_leads_on_from_the_old_one_with_everything_below(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    course = CoursePageFactory(slug="old")
    LessonPageFactory(parent=course, slug="one", access=LessonAccess.PUBLIC)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        course.refresh_from_db()
        course.slug = "new"
        course.save_revision().publish()
    assert goes_to(client, "/courses/old/") == (301, "/courses/new/")
    assert goes_to(client, "/courses/old/one/") == (301, "/courses/new/one/")
    assert [client.get(f"/courses/new/{rest}").status_code for rest in ("", "one/")] == [200, 200]


def test_twice_renamed_both_old_addresses_lead_to_the_present_one(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    course = CoursePageFactory(slug="first")
    for slug in ("second", "third"):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            course.slug = slug
            course.save_revision().publish()
    found = [goes_to(client, f"/courses/{slug}/") for slug in ("first", "second")]
    assert found == [(301, "/courses/third/"), (301, "/courses/third/")]


def test_named_back_the_page_answers_itself(client: Client, django_capture_on_commit_callbacks: object) -> None:
    course = CoursePageFactory(slug="here")
    for slug in ("there", "here"):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            course.slug = slug
            course.save_revision().publish()
    assert (client.get("/courses/here/").status_code, goes_to(client, "/courses/there/")) == (
        200,
        (301, "/courses/here/"),
    )


def test_a_course_that_changes_hands_keeps_its_address(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    channel = ChannelPageFactory(slug="mediation")
    course = CoursePageFactory(slug="skills")
    LessonPageFactory(parent=course, slug="one", access=LessonAccess.PUBLIC)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        course.move(channel, pos="last-child")
    assert [client.get(f"/courses/skills/{rest}").status_code for rest in ("", "one/")] == [200, 200]
    assert Redirect.objects.count() == 0


def test_a_channel_that_is_renamed_leads_on_and_its_courses_stay(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    channel = ChannelPageFactory(slug="old-name")
    CoursePageFactory(parent=channel, slug="skills")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        channel.refresh_from_db()
        channel.slug = "new-name"
        channel.save_revision().publish()
    assert goes_to(client, "/courses/old-name/") == (301, "/courses/new-name/")
    assert client.get("/courses/skills/").status_code == 200


def test_an_old_address_of_a_page_for_few_tells_nothing_more(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    course = CoursePageFactory(title="机要写作", slug="closed")
    PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        course.slug = "closed-new"
        course.save_revision().publish()
    answer = client.get("/courses/closed/", follow=True)
    assert "机要写作" not in answer.content.decode()
