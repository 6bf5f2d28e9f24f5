"""Courses keep their addresses wherever they hang; a channel orders the tree and nothing else."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from core.addresses import is_free, path_below
from courses.models import CoursePage, LessonPage
from tests.factories import ChannelPageFactory, CoursePageFactory, LessonPageFactory, UserFactory, catalogue

pytestmark = pytest.mark.django_db


def addresses() -> dict[str, str]:
    return dict(Page.objects.filter(depth__gt=2).values_list("slug", "url_path"))


@pytest.fixture
def channel():
    return ChannelPageFactory(title="人民调解", slug="mediation")


@pytest.fixture
def lesson(channel):
    return LessonPageFactory(parent=CoursePageFactory(parent=channel, slug="tj-01"), slug="talk")


def test_a_course_and_its_lessons_leave_the_channel_out_of_their_addresses(client, lesson):
    course = lesson.course
    assert (course.url, lesson.url) == ("/courses/tj-01/", "/courses/tj-01/talk/")
    assert Page.objects.get(pk=lesson.pk).full_url == "http://localhost/courses/tj-01/talk/"
    assert client.get("/courses/tj-01/").context["page"] == course
    assert client.get("/courses/tj-01/talk/").url == "/accounts/login/?next=/courses/tj-01/talk/"  # for participants


def test_a_course_directly_below_the_catalogue_is_found_too(client):
    course = CoursePageFactory(slug="xz-01")
    assert client.get("/courses/xz-01/").context["page"] == course


def test_no_second_address_through_the_channel(client, lesson):
    assert client.get("/courses/mediation/tj-01/").status_code == 404
    assert lesson.course.get_parent().specific.url == "/courses/mediation/"


def test_moving_to_another_channel_changes_no_address_and_makes_no_redirect(lesson):
    before = addresses()
    other = ChannelPageFactory(slug="notary")
    Page.objects.get(pk=lesson.course.pk).move(other, pos="last-child")
    after = addresses()
    assert CoursePage.objects.get().get_parent().pk == other.pk
    assert {slug: after[slug] for slug in before} == before
    assert Redirect.objects.count() == 0


def test_reordering_inside_a_channel_changes_no_address(client, channel):
    first, second = (CoursePageFactory(parent=channel, slug=slug) for slug in ("a", "b"))
    before = addresses()
    client.force_login(UserFactory(superuser=True))
    client.post(reverse("wagtailadmin_pages:set_page_position", args=[second.pk]) + "?position=0")
    assert list(channel.get_children().values_list("slug", flat=True)) == ["b", "a"]
    assert addresses() == before
    assert first.url == "/courses/a/"


def test_renaming_a_channel_leaves_its_courses_alone(lesson, django_capture_on_commit_callbacks):
    before = addresses()
    channel = lesson.course.get_parent().specific
    channel.slug = "tiao-jie"
    with django_capture_on_commit_callbacks(execute=True):
        channel.save()
    after = addresses()
    assert after.pop("tiao-jie") == before.pop("mediation").replace("mediation", "tiao-jie")
    assert after == before
    assert list(Redirect.objects.values_list("old_path", "redirect_page")) == [("/courses/mediation", channel.pk)]


def test_renaming_the_catalogue_takes_everything_along(lesson):
    index = catalogue()
    index.slug = "ke-cheng"
    index.save()
    assert [page.url for page in (CoursePage.objects.get(), LessonPage.objects.get())] == [
        "/ke-cheng/tj-01/",
        "/ke-cheng/tj-01/talk/",
    ]


def test_renaming_a_course_takes_its_lessons_along_and_leaves_redirects(lesson, django_capture_on_commit_callbacks):
    course = CoursePage.objects.get()
    course.slug = "tj-09"
    with django_capture_on_commit_callbacks(execute=True):
        course.save()
    assert LessonPage.objects.get().url == "/courses/tj-09/talk/"
    assert set(Redirect.objects.values_list("old_path", flat=True)) == {"/courses/tj-01", "/courses/tj-01/talk"}


def test_an_address_is_one_in_the_whole_catalogue(channel, lesson):
    other = ChannelPageFactory(slug="notary")
    assert [is_free("tj-01", parent) for parent in (catalogue(), channel, other)] == [False, False, False]
    assert [is_free("notary", parent) for parent in (catalogue(), channel)] == [False, False]
    assert is_free("talk", other)
    assert path_below(other) == path_below(catalogue())
    stray = CoursePageFactory(parent=other, slug="gz-01")
    stray.slug = "tj-01"
    with pytest.raises(ValidationError):
        stray.save()
    assert CoursePageFactory(parent=other, slug="tj-01").slug == "tj-01-2"


def test_a_copy_of_a_course_gets_an_address_of_its_own(lesson):
    copied = lesson.course.copy(to=ChannelPageFactory(slug="notary"), recursive=True, keep_live=False)
    assert copied.url == "/courses/tj-01-2/"
    assert LessonPage.objects.descendant_of(copied).get().url == "/courses/tj-01-2/talk/"


def test_a_draft_below_a_channel_knows_its_address(channel):
    draft = CoursePage(title="新课", slug="new")
    draft.set_url_path(channel)
    assert draft.url_path == catalogue().url_path + "new/"
