"""The editor's desk: who may read, copying, comments, locks, comparing two versions, previews."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Comment
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.models import CoursePage, CourseRun, LessonPage, LessonProgress
from home.models import LibraryPage, NoticeIndexPage, NoticePage, StandardPage, TrainerIndexPage, TrainerPage
from people.enums import ReadingScope
from people.models import PageReader
from people.permissions import readable
from tests.courses.backoffice.helpers import NOW, say, town
from tests.courses.backoffice.test_drafts import DRAFT, channels  # noqa: F401 - a fixture
from tests.factories import (
    ChannelPageFactory,
    CoursePageFactory,
    CourseRunFactory,
    LessonPageFactory,
    UnitFactory,
    UserFactory,
    catalogue,
    home_page,
)
from tests.people.helpers import person_with

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
NOTHING = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}


@pytest.fixture
def editor(client):
    town()
    editor = person_with("editor", name="林静")
    client.force_login(editor)
    return editor


def rows(*new, stored=()):
    """The part of a form that holds rows: stored ones first, then new ones."""
    return {**NOTHING, "TOTAL_FORMS": len(stored) + len(new), "INITIAL_FORMS": len(stored)} | {
        str(number): row for number, row in enumerate((*stored, *new))
    }


def circle(scope, **kwargs):
    return {"scope": scope, "unit": "", "person": "", "id": "", "DELETE": ""} | kwargs


def course_form(page, **changes):
    fields = {
        "title": page.title, "slug": page.slug, "code": page.code, "category": page.category,
        "requirement": page.requirement, "mode": page.mode, "hours": "4", "summary": page.summary, "objectives": "",
        "body": streamfield([("text", rich_text("<p>正文</p>"))]), "comments": NOTHING, "readers": NOTHING,
        "prerequisites": NOTHING,
    }  # fmt: skip
    return nested_form_data(fields | changes)


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def save(client, page, **changes):
    return client.post(edit(page), course_form(page, **changes))


def latest(page):
    return CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()


# Panels


def test_every_page_type_says_who_may_read_it(client, editor):
    notices = home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    trainers = home_page().add_child(instance=TrainerIndexPage(title="师资", slug="trainers"))
    pages = [
        catalogue(), ChannelPageFactory(), CoursePageFactory(), LessonPageFactory(), notices, trainers,
        notices.add_child(instance=NoticePage(title="通知")),
        trainers.add_child(instance=TrainerPage(title="周敏")),
        home_page().add_child(instance=LibraryPage(title="资料")),
        home_page().add_child(instance=StandardPage(title="说明")),
    ]  # fmt: skip
    public = say("Now: public, everybody may read it. Add a circle if it is not for everybody.")
    for page in pages:
        shown = client.get(edit(page)).text
        assert public in shown, page
        assert 'data-dialog-id="set-privacy"' not in shown, page


def test_a_new_page_says_so_too_and_names_the_limits_above(client, editor):
    PageReader.objects.create(page=catalogue(), scope=ReadingScope.MEMBERS)
    shown = client.get(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", catalogue().pk])).text
    assert say("Now: public, everybody may read it. Add a circle if it is not for everybody.") in shown
    assert say("Besides, the limits of “%(titles)s” above it hold.", titles="课程中心") in shown


def test_a_new_course_is_elective_until_somebody_says_otherwise(client, editor):
    form = client.get(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", catalogue().pk])).context["form"]
    assert (form["requirement"].value(), form["hours"].value(), form["mode"].value()) == ("elective", 2, "onsite")


# Circles of readers


def test_circles_are_saved_with_the_draft_and_hold_when_it_is_published(client, editor):
    page, unit, person = CoursePageFactory(), UnitFactory(), UserFactory()
    circles = rows(circle("unit", unit=unit.pk), circle("person", person=person.pk))
    assert save(client, page, readers=circles).status_code in (200, 302)
    assert PageReader.objects.count() == 0
    assert [(row.scope, row.unit, row.person) for row in latest(page).readers.all()] == [
        ("unit", unit, None), ("person", None, person),
    ]  # fmt: skip
    page.refresh_from_db()
    page.get_latest_revision().publish()
    stranger = UserFactory()
    courses = CoursePage.objects.filter(pk=page.pk)
    assert [readable(courses, who).exists() for who in (person, UserFactory(unit=unit), stranger)] == [
        True,
        True,
        False,
    ]
    assert say("Take all circles out to make it public.")[:2] in client.get(edit(page)).text


@pytest.mark.parametrize(
    "wrong",
    [circle("unit"), circle("person"), circle("members", unit="1"), circle("secret")],
    ids=lambda row: row["scope"],
)
def test_a_circle_that_does_not_name_what_it_says_is_refused(client, editor, wrong):
    page = CoursePageFactory()
    if wrong["unit"]:
        wrong = wrong | {"unit": UnitFactory().pk}
    response = save(client, page, readers=rows(wrong))
    assert response.context["form"].formsets["readers"].is_valid() is False
    assert CoursePage.objects.get(pk=page.pk).latest_revision is None


def test_a_request_without_circles_leaves_them_as_they_are(client, editor):
    page = CoursePageFactory()
    PageReader.objects.create(page=page, scope=ReadingScope.MEMBERS)
    page.save_revision()
    data = {
        name: value for name, value in course_form(page, summary="新的摘要").items() if not name.startswith("readers")
    }
    client.post(edit(page), data)
    draft = latest(page)
    assert (draft.summary, [row.scope for row in draft.readers.all()]) == ("新的摘要", ["members"])


def names_in(response):
    return [str(row) for row in response.context["results"]]


def test_writers_find_any_unit_and_any_person_by_name_but_no_list_of_staff(client, editor):
    wanted, gone = UserFactory(name="欧阳修远"), UserFactory(name="欧阳离职", is_active=False)
    UnitFactory(name="东湾区公证处", short_name="公证处")
    assert names_in(client.get("/admin/reader_chooser/")) == []
    assert names_in(client.get("/admin/reader_chooser/results/", {"q": "欧阳"})) == ["欧阳修远"]
    assert names_in(client.get("/admin/unit_chooser/results/", {"q": "公证"})) == ["东湾区公证处"]
    chosen = json.loads(client.get(f"/admin/reader_chooser/chosen/{wanted.pk}/").content)
    assert chosen["result"]["title"] == "欧阳修远"
    assert client.get(f"/admin/reader_chooser/chosen/{gone.pk}/").status_code == 404


def test_the_choosers_only_choose_whatever_else_the_person_may_do(client):
    town()
    for person in (person_with("office"), UserFactory(superuser=True)):
        client.force_login(person)
        for address in ("/admin/reader_chooser/", "/admin/unit_chooser/"):
            assert client.get(address).status_code == 200
            assert client.get(f"{address}create/").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "leader", "auditor", "admin"])
def test_who_writes_no_pages_finds_nobody(client, role):
    town()
    person = UserFactory(name="欧阳修远")
    client.force_login(person_with(role))
    for address in (
        "/admin/reader_chooser/results/?q=欧阳",
        f"/admin/reader_chooser/chosen/{person.pk}/",
        "/admin/unit_chooser/",
    ):
        response = client.get(address)
        assert response.status_code in (302, 403), address
        assert "欧阳修远" not in response.text


# Copying


def copy(client, page, to, **kwargs):
    data = {"new_title": f"{page.title}（副本）", "new_slug": f"{page.slug}-2", "new_parent_page": to.pk} | kwargs
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)


def test_a_copy_of_a_course_has_its_lessons_its_own_code_and_nobody_s_progress(client, editor):
    course = CoursePageFactory(code="XZ-01", slug="xz-01")
    CoursePageFactory(code="XZ-02")
    lesson = LessonPageFactory(parent=course, title="第一课")
    LessonPageFactory(parent=course, title="还没写完", live=False)
    CourseRunFactory(course=course)
    LessonProgress.objects.create(person=UserFactory(), lesson=lesson, opened_at=NOW, seen_at=NOW)
    course.refresh_from_db()
    course.save_revision()
    form = client.get(reverse("wagtailadmin_pages:copy", args=[course.pk])).context["form"]
    assert form["new_slug"].value() == "xz-01-2"
    assert "XZ-03" in form.fields["new_title"].help_text
    assert "alias" not in form.fields
    assert copy(client, course, catalogue(), copy_subpages="on").status_code == 302
    made = CoursePage.objects.get(slug="xz-01-2")
    assert (made.code, made.live, made.get_latest_revision_as_object().code) == ("XZ-03", False, "XZ-03")
    assert list(made.get_children().values_list("title", "live")) == [("第一课", False), ("还没写完", False)]
    assert (CourseRun.objects.filter(course=made).count(), LessonProgress.objects.count()) == (0, 1)
    assert client.get(edit(made)).status_code == 200


def test_circles_come_along_with_the_copy(client, editor):
    course = CoursePageFactory()
    PageReader.objects.create(page=course, scope=ReadingScope.MEMBERS)
    course.save_revision()
    copy(client, course, catalogue())
    made = CoursePage.objects.exclude(pk=course.pk).get()
    assert [row.scope for row in made.readers.all()] == ["members"]
    assert [row.scope for row in made.get_latest_revision_as_object().readers.all()] == ["members"]


def test_a_copied_channel_gives_every_course_a_code_of_its_own(editor):
    channel = ChannelPageFactory(slug="mediation")
    for number in (1, 2):
        CoursePageFactory(parent=channel, code=f"TJ-0{number}", slug=f"tj-0{number}")
    channel.refresh_from_db()
    channel.copy(recursive=True, keep_live=False, update_attrs={"title": "副本", "slug": "mediation-2"})
    assert sorted(CoursePage.objects.values_list("code", flat=True)) == ["TJ-01", "TJ-02", "TJ-03", "TJ-04"]


@pytest.mark.parametrize(
    ("code", "expected"), [("XZ-01", "XZ-02"), ("XZ-99", "XZ-100"), ("写作", "写作-02"), ("A" * 20, f"{'A' * 18}02")]
)
def test_the_next_code(code, expected):
    from courses.codes import next_code

    CoursePageFactory(code=code)
    assert next_code(CoursePage.objects, code) == expected


def test_a_channel_editor_copies_inside_the_own_channel_only(client, channels):  # noqa: F811
    assert copy(client, channels.own, channels.mediation).status_code == 302
    made = CoursePage.objects.get(slug="tj-02-2")
    assert (made.get_parent().specific, made.live) == (channels.mediation, False)
    for foreign in (channels.draft, channels.course):
        response = client.get(reverse("wagtailadmin_pages:copy", args=[foreign.pk]))
        assert response.status_code == 302
        assert copy(client, foreign, channels.mediation).status_code == 302
    assert CoursePage.objects.count() == 4
    assert copy(client, channels.own, channels.notary, new_slug="tj-02-3").status_code in (200, 302)
    assert CoursePage.objects.filter(slug="tj-02-3").count() == 0
    assert CoursePage.objects.filter(title__startswith=DRAFT).count() == 1


def test_a_lesson_is_copied_with_a_free_address(client, editor):
    lesson = LessonPageFactory(slug="one")
    form = client.get(reverse("wagtailadmin_pages:copy", args=[lesson.pk])).context["form"]
    assert form["new_slug"].value() == "one-2"
    assert copy(client, lesson, lesson.get_parent()).status_code == 302
    assert LessonPage.objects.count() == 2


# Comments, locks, comparing


def test_comments_are_kept_at_fields_and_at_blocks(client, editor):
    page = CoursePageFactory()
    body = streamfield([("text", rich_text("<p>正文</p>"))])
    body["0"]["id"] = "11111111-2222-4333-8444-555555555555"
    comment = {"id": "", "text": "这里请核实", "DELETE": "", "resolved": "", "position": "", "replies": NOTHING}
    save(
        client, page, body=body,
        comments=rows(comment | {"contentpath": "summary"}, comment | {"contentpath": f"body.{body['0']['id']}"}),
    )  # fmt: skip
    assert list(Comment.objects.order_by("pk").values_list("contentpath", "text", "user")) == [
        ("summary", "这里请核实", editor.pk), (f"body.{body['0']['id']}", "这里请核实", editor.pk),
    ]  # fmt: skip
    client.force_login(person_with("office"))
    formset = client.get(edit(page)).context["form"].formsets["comments"]
    assert [form.instance.text for form in formset.forms] == ["这里请核实", "这里请核实"]


def test_a_lock_keeps_other_editors_out_until_it_is_opened(client, editor):
    page = CoursePageFactory(summary="原来的摘要")
    assert client.post(reverse("wagtailadmin_pages:lock", args=[page.pk])).status_code == 302
    page.refresh_from_db()
    assert (page.locked, page.locked_by) == (True, editor)
    client.force_login(person_with("office"))
    save(client, page, summary="改过的摘要")
    assert CoursePage.objects.get(pk=page.pk).latest_revision is None
    client.force_login(editor)
    save(client, page, summary="自己改的摘要")
    assert latest(page).summary == "自己改的摘要"
    client.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    client.force_login(person_with("office"))
    save(client, page, summary="改过的摘要")
    assert latest(page).summary == "改过的摘要"


def test_two_versions_are_compared_with_their_blocks_and_circles(client, editor):
    page = CoursePageFactory(summary="旧摘要", body=[("text", "<p>旧的一段</p>")])
    first = page.save_revision(user=editor)
    save(
        client, page, summary="新摘要", body=streamfield([("text", rich_text("<p>新的一段</p>"))]),
        readers=rows(circle("members")),
    )  # fmt: skip
    second = CoursePage.objects.get(pk=page.pk).latest_revision
    response = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk]))
    labels = [str(comparison.field_label()) for comparison in response.context["comparison"]]
    assert sorted(labels) == sorted([say("summary"), say("introduction"), say("Who may read")])
    assert (
        "旧的一段" in response.text or "旧" in response.text,
        say("Everybody with an account") in response.text,
    ) == (True, True)


# Previews


def test_a_course_and_a_lesson_are_previewed_before_they_were_ever_saved(client, editor):
    course = CoursePage(
        title="从未保存的课程",
        slug="",
        code="XX-01",
        category="law",
        requirement="elective",
        mode="onsite",
        summary="摘要",
    )
    url = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "coursepage", catalogue().pk])
    assert json.loads(client.post(url, course_form(course)).content) == {"is_valid": True, "is_available": True}
    assert "从未保存的课程" in client.get(url).text
    lesson = nested_form_data(
        {
            "title": "从未保存的课时", "slug": "", "summary": "", "minutes": 45, "access": "enrolled",
            "completion": "opened", "body": streamfield([("text", rich_text("<p>尚未发布的正文</p>"))]),
            "comments": NOTHING, "readers": NOTHING,
        }
    )  # fmt: skip
    url = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "lessonpage", CoursePageFactory().pk])
    assert json.loads(client.post(url, lesson).content)["is_valid"] is True
    assert "尚未发布的正文" in client.get(url).text


def test_a_notice_is_previewed_before_it_was_ever_saved(client, editor):
    notices = home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    notice = nested_form_data(
        {
            "title": "从未保存的通知", "slug": "", "category": "notice", "published_on": "2026-11-27", "summary": "",
            "document_number": "", "issued_by": "", "confirm_by": "",
            "body": streamfield([("text", rich_text("<p>尚未发布的正文</p>"))]),
            "attachments": NOTHING, "comments": NOTHING, "readers": NOTHING,
        }
    )  # fmt: skip
    url = reverse("wagtailadmin_pages:preview_on_add", args=["home", "noticepage", notices.pk])
    assert json.loads(client.post(url, notice).content)["is_valid"] is True
    assert "尚未发布的正文" in client.get(url).text


def test_the_draft_of_a_stored_page_is_previewed(client, editor):
    page = CoursePageFactory()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(url, course_form(page, summary="只在预览里"))
    assert "只在预览里" in client.get(url).text
    assert CoursePage.objects.get(pk=page.pk).summary == page.summary
