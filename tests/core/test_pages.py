"""What our page types share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from wagtail.models import Page

from core.pages import ascii_slug
from courses.models import CoursePage, LessonPage
from home.models import NoticeIndexPage, NoticePage, StandardPage
from tests.factories import CoursePageFactory, CourseRunFactory, LessonPageFactory, catalogue, home_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("公文写作", "gong-wen-xie-zuo"),
        ("Excel 入门", "excel-ru-men"),
        ("《》", ""),
        ("民法典2026", "min-fa-dian-2026"),
    ],
)
def test_addresses_are_ascii(title, slug):
    assert ascii_slug(title) == slug


def test_two_pages_of_one_title_get_two_addresses():
    parent = home_page()
    slugs = [parent.add_child(instance=StandardPage(title="使用帮助")).slug for _ in range(2)]
    assert slugs == ["shi-yong-bang-zhu", "shi-yong-bang-zhu-2"]


def pages():
    index = home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    course = CoursePageFactory(title="预览的课程")
    CourseRunFactory(course=course, class_no="2026-YL-01-01")
    return {
        "home": home_page(),
        "catalogue": catalogue(),
        "course": course,
        "lesson": LessonPageFactory(title="预览的课时", body=[("text", "<p>尚未发布的正文</p>")]),
        "notice": index.add_child(instance=NoticePage(title="预览的通知")),
        "standard": home_page().add_child(instance=StandardPage(title="预览的说明")),
    }


@pytest.mark.parametrize("kind", ["home", "catalogue", "course", "lesson", "notice", "standard"])
def test_previews_show_what_readers_will_see(kind):
    page = pages()[kind]
    answer = page.make_preview_request()
    answer.render() if hasattr(answer, "render") else None
    html = answer.content.decode()
    assert (answer.status_code, "<h1" in html) == (200, True)
    expected = {"course": "2026-YL-01-01", "lesson": "尚未发布的正文", "notice": "预览的通知", "standard": "预览的说明"}
    assert expected.get(kind, "") in html


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_editors_add_pages_below_one_parent():
    course, barrier = CoursePageFactory(), Barrier(8)

    def add(number):
        parent = CoursePage.objects.get(pk=course.pk)
        try:
            barrier.wait()
            parent.add_child(instance=LessonPage(title=f"课时{number}", slug="lesson"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    slugs = CoursePage.objects.get(pk=course.pk).get_children().values_list("slug", flat=True)
    assert sorted(slugs) == ["lesson", *(f"lesson-{number}" for number in range(2, 9))]
    assert Page.find_problems() == ([], [], [], [], [])
