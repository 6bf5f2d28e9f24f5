"""Pages that classes hang on are not deleted."""

import pytest
from django.conf import settings
from django.urls import reverse

from courses.models import CoursePage, LessonPage
from courses.services.progress import confirm
from tests.factories import CoursePageFactory, CourseRunFactory, LessonPageFactory, UserFactory, catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.mark.parametrize("target", ["course", "catalogue"])
def test_a_page_with_classes_stays(editor, target):
    course = CourseRunFactory().course
    page = course if target == "course" else catalogue()
    answer = editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert CoursePage.objects.filter(pk=course.pk).exists()
    assert course.title in answer.content.decode() or catalogue().title in answer.content.decode()


def test_a_page_with_classes_stays_in_bulk(editor):
    course = CourseRunFactory().course
    editor.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={course.pk}")
    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_a_page_without_classes_goes(editor):
    course = CoursePageFactory()
    editor.post(reverse("wagtailadmin_pages:delete", args=[course.pk]))
    assert not CoursePage.objects.filter(pk=course.pk).exists()


@pytest.mark.parametrize("target", ["lesson", "course"])
def test_a_page_that_people_have_studied_stays_and_says_why(editor, target):
    lesson = LessonPageFactory()
    confirm(person=UserFactory(), lesson=lesson)
    page = lesson if target == "lesson" else lesson.get_parent()
    editor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    answer = editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert LessonPage.objects.filter(pk=lesson.pk).exists()
    assert f"People have studied “{page.title}”" in answer.content.decode()
