"""Course pages in the admin: addresses from Chinese titles, errors at their fields, the way to the classes."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.models import CoursePage, LessonPage
from home.models import NoticeIndexPage, NoticePage
from tests.courses.backoffice.helpers import NOW, say, town
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, catalogue, home_page
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def add(app, model, parent):
    return reverse("wagtailadmin_pages:add", args=[app, model, parent.pk])


def course_data(**changes):
    body = streamfield([("text", rich_text("<p>怎样整理案卷。</p>")), ("heading", {"text": "第一节", "level": "2"})])
    return nested_form_data(
        {
            "title": "法律援助案卷制作",
            "slug": "",
            "code": "FY-09",
            "category": "law",
            "requirement": "elective",
            "mode": "onsite",
            "hours": "2",
            "summary": "怎样整理案卷。",
            "objectives": "",
            "body": body,
            "comments": nested_comments(),
            "prerequisites": nested_comments(),
            "action-publish": "1",
        }
        | changes
    )


def nested_comments():
    return {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}


def test_a_course_page_gets_its_address_from_the_title_and_a_number_if_taken(client, people):
    for code in ("FY-09", "FY-10"):
        client.post(add("courses", "coursepage", catalogue()), course_data(code=code))
    slugs = CoursePage.objects.order_by("code").values_list("slug", "live")
    assert list(slugs) == [("fa-lv-yuan-zhu-an-juan-zhi-zuo", False), ("fa-lv-yuan-zhu-an-juan-zhi-zuo-2", False)]


def test_an_address_that_was_typed_stays(client, people):
    client.post(add("courses", "coursepage", catalogue()), course_data(slug="an-juan"))
    assert CoursePage.objects.get().slug == "an-juan"


def test_a_code_that_is_taken_is_told_at_its_field(client, people):
    CoursePageFactory(code="FY-09")
    response = client.post(add("courses", "coursepage", catalogue()), course_data())
    assert response.context["form"].errors == {"code": [say("Another course has this code already.")]}
    assert response.context["form"]["title"].value() == "法律援助案卷制作"


def test_an_editor_writes_lessons_and_notices(client):
    town()
    notices = home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    client.force_login(person_with("editor"))
    body = streamfield([("text", rich_text("<p>正文</p>"))])
    lesson = {"title": "第一课 公文格式", "slug": "", "summary": "", "minutes": 45, "access": "public", "body": body}
    lesson |= {"completion": "opened"}
    course = CoursePageFactory()
    shared = {"comments": nested_comments(), "action-publish": "1"}
    client.post(add("courses", "lessonpage", course), nested_form_data(lesson | shared))
    assert LessonPage.objects.get().slug == "di-yi-ke-gong-wen-ge-shi"
    form = client.get(add("home", "noticepage", notices)).context["form"]
    notice = {name: form[name].value() or "" for name in form.fields if name not in ("body", "comment_notifications")}
    notice |= {"title": "关于开展培训的通知", "slug": "", "body": body}
    notice |= {name: nested_comments() for name in form.formsets}
    notice |= {name: [] for name in ("professions", "confirm_professions", "confirm_units")}
    client.post(add("home", "noticepage", notices), nested_form_data(notice | shared))
    assert NoticePage.objects.get().slug == "guan-yu-kai-zhan-pei-xun-de-tong-zhi"


def test_a_course_page_leads_to_its_classes_and_to_a_new_one(client, people):
    run = CourseRunFactory(now=NOW)
    other = CourseRunFactory(now=NOW)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[run.course_id])).content.decode()
    assert run.class_no in page
    assert other.class_no not in page
    assert f'href="/admin/runs/new/?course={run.course_id}"' in page
    assert f'href="/admin/runs/?course={run.course_id}"' in page
    back = client.get(reverse("runs:edit", args=[run.pk])).content.decode()
    assert f'href="/admin/pages/{run.course_id}/edit/"' in back


def test_who_may_not_plan_classes_sees_no_button_for_a_new_one(client, people):
    course = CoursePageFactory()
    client.force_login(person_with("reviewer"))
    assert "/admin/runs/new/" not in client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()


def test_the_first_page_says_what_waits_and_only_to_the_office(client, people):
    EnrolmentFactory(requested=True)
    bare = CourseRunFactory(planned=True, sessions=0)
    type(bare).objects.filter(pk=bare.pk).update(starts_at=None, ends_at=None)
    EnrolmentFactory(run=CourseRunFactory(finished=True))
    page = client.get("/admin/").content.decode()
    for link in ("/admin/enrolments/inspect/", f"/admin/runs/edit/{bare.pk}/", "/teach/sessions/"):
        assert page.count(f'href="{link}') == 1, link
    client.force_login(people.clerk)
    assert "training-to-do" in page
    assert "training-to-do" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_page_takes_the_same_queries_for_one_and_three_rows(client, people, rows, django_assert_num_queries):
    for _ in range(rows):
        EnrolmentFactory(requested=True)
        EnrolmentFactory(run=CourseRunFactory(finished=True))
    client.get("/admin/")
    with django_assert_num_queries(44):
        assert client.get("/admin/").content.decode().count("/admin/enrolments/inspect/") == rows
