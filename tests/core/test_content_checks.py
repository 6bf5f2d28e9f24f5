"""What an editor is told to look at again, and that it stops nobody."""

import pytest
from django.urls import reverse

from core.content_checks import hints
from core.models import Material, Picture
from courses.enums import Completion
from courses.models import LessonPage
from home.models import StandardPage
from people.services.roles import sync_roles
from tests.factories import CoursePageFactory, LessonPageFactory, home_page
from tests.people.helpers import person_with

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def page_with(*blocks, **kwargs):
    return LessonPageFactory(summary="摘要", body=list(blocks), **kwargs)


def codes(page):
    return [hint.code for hint in hints(page)]


def picture():
    from wagtail.images.tests.utils import get_test_image_file

    return Picture.objects.create(title="图", file=get_test_image_file())


def test_a_page_in_order_gives_no_hint():
    page = page_with(
        ("heading", {"text": "第一节", "level": "2"}),
        ("heading", {"text": "一", "level": "3"}),
        ("text", "<p>正文</p>"),
        ("statute", {"law": "人民调解法", "version": "", "article": "第十四条", "text": "略", "paraphrase": False}),
    )
    assert hints(page) == []


def test_an_empty_summary():
    page = LessonPageFactory(summary=" ")
    assert [(hint.code, hint.anchor) for hint in hints(page)] == [("summary", "#id_summary")]
    assert hints(home_page().add_child(instance=StandardPage(title="说明"))) == []


def test_pictures_without_alternative_text_are_counted_by_block():
    image = picture()
    silent, telling = (
        {"image": image, "alt_text": "", "caption": ""},
        {"image": image, "alt_text": "接待室", "caption": ""},
    )
    page = page_with(
        ("image", silent), ("image", telling), ("gallery", {"title": "", "pictures": [silent, silent, telling]})
    )
    found = hints(page)
    assert [hint.code for hint in found] == ["alt", "alt"]
    assert [hint.anchor for hint in found] == [f"#block-{page.body[0].id}-section", f"#block-{page.body[2].id}-section"]
    assert "2" in found[1].text


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("2", []),
        ("23", []),
        ("3", ["heading_order"]),
        ("33", ["heading_order", "heading_order"]),
        ("323", ["heading_order"]),
    ],
)
def test_a_subsection_before_the_first_section(levels, expected):
    page = page_with(*(("heading", {"text": "标题", "level": level}) for level in levels))
    assert codes(page) == expected


def test_an_empty_heading():
    assert codes(page_with(("heading", {"text": " ", "level": "2"}))) == ["empty_heading"]


def test_a_statute_without_its_article():
    quoted = {"law": "人民调解法", "version": "", "article": "", "text": "略", "paraphrase": False}
    assert codes(page_with(("statute", quoted))) == ["article"]


def test_links_to_pages_and_files_that_are_gone():
    live, draft = CoursePageFactory(), CoursePageFactory(live=False)
    file = Material.objects.create(title="讲义", file="a.txt")
    link = '<a linktype="page" id="{}">看</a>'
    page = page_with(
        ("text", f"<p>{link.format(live.pk)}</p>"),
        ("text", f"<p>{link.format(draft.pk)}</p>"),
        ("text", f"<p>{link.format(999_999)}</p>"),
        ("text", f'<p><a linktype="document" id="{file.pk}">好</a></p>'),
        ("text", '<p><a linktype="document" id="999999">坏</a></p>'),
    )
    assert [(hint.code, hint.anchor) for hint in hints(page)] == [
        ("dead_link", f"#block-{page.body[number].id}-section") for number in (1, 2, 4)
    ]


def test_a_block_whose_file_was_deleted():
    file = Material.objects.create(title="讲义", file="a.txt")
    page = page_with(("document", {"document": file, "note": ""}))
    page.save_revision()
    file.delete()
    assert codes(LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()) == ["missing_file"]


def test_a_lesson_that_nobody_can_finish():
    page = page_with(("text", "<p>正文</p>"), completion=Completion.WATCHED)
    assert [(hint.code, hint.anchor) for hint in hints(page)] == [("no_video", "#id_completion")]
    video = Material.objects.create(title="录像", file="a.mp4")
    page.body = [("video", {"video": video, "title": "第一讲", "transcript": ""})]
    assert hints(page) == []


@pytest.mark.parametrize("links", [1, 5])
def test_the_checks_take_the_same_queries_for_any_number_of_links(links, django_assert_num_queries):
    course = CoursePageFactory()
    texts = [("text", f'<p><a linktype="page" id="{course.pk}">看</a></p>') for _ in range(links)]
    page = page_with(*texts, ("text", '<p><a linktype="document" id="999999">坏</a></p>'))
    with django_assert_num_queries(2):
        hints(page)


@pytest.mark.parametrize("role", ["editor", "office", "reviewer"])
def test_the_editor_shows_the_hints_with_links_and_saves_all_the_same(client, role):
    home_page()
    sync_roles()
    page = page_with(("heading", {"text": "一", "level": "3"}))
    page.save_revision()
    client.force_login(person_with(role))
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    assert 'id="content-checks"' in shown
    assert f'href="#block-{page.body[0].id}-section"' in shown
    fresh = client.get(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", page.get_parent().pk]))
    assert 'id="content-checks"' not in fresh.text
