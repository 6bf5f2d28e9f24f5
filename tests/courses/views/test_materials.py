"""A file of a closed lesson is as closed as the lesson."""

import pytest
from django.core.files.base import ContentFile
from wagtail.models import ReferenceIndex

from core.models import Material
from courses.enums import LessonAccess
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, LessonPageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def material():
    return Material.objects.create(title="自查表", file=ContentFile("内容".encode(), name="checklist.txt"))


def lesson_with(material, access, course=None):
    parent = course or CoursePageFactory()
    body = [("document", {"document": material, "note": ""})]
    lesson = LessonPageFactory(parent=parent, access=access, body=body)
    ReferenceIndex.create_or_update_for_object(lesson)
    return lesson


def answer(client, material):
    response = client.get(material.url)
    return response.status_code, b"".join(response) == "内容".encode() if response.streaming else False


def test_a_file_that_no_lesson_holds_is_open(client, material):
    assert answer(client, material) == (200, True)


def test_a_file_of_an_enrolled_lesson(client, material):
    course = CoursePageFactory()
    lesson_with(material, LessonAccess.ENROLLED, course)
    assert answer(client, material) == (302, False)
    client.force_login(UserFactory())
    assert answer(client, material) == (403, False)
    member = EnrolmentFactory(run=CourseRunFactory(course=course)).person
    client.force_login(member)
    assert answer(client, material) == (200, True)


def test_a_file_of_a_lesson_for_the_signed_in(client, material):
    lesson_with(material, LessonAccess.SIGNED_IN)
    assert answer(client, material) == (302, False)
    client.force_login(UserFactory())
    assert answer(client, material) == (200, True)


def test_the_most_open_lesson_decides(client, material):
    lesson_with(material, LessonAccess.ENROLLED)
    lesson_with(material, LessonAccess.PUBLIC)
    assert answer(client, material) == (200, True)


def test_a_draft_opens_nothing(client, material):
    lesson = lesson_with(material, LessonAccess.PUBLIC)
    lesson.live = False
    lesson.save()
    assert answer(client, material) == (302, False)
