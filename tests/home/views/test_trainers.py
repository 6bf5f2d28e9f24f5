"""The trainers' pages, and the links to them."""

import re
from typing import Any

import pytest
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file

from core.models import Picture
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    TrainerPageFactory,
    UserFactory,
    close_to,
    trainer_index,
)

pytestmark = pytest.mark.django_db


def look(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_posts_and_subjects(client: Client) -> None:
    TrainerPageFactory(title="杨守信", post="首席调解员", expertise="人民调解\n家事纠纷\n", summary="讲得明白。")
    close_to(TrainerPageFactory(title="不公开"))
    html = look(client, "/trainers/")
    assert re.findall(r'card__title"><a href="[^"]*">([^<]*)<', html) == ["杨守信"]
    assert re.findall(r'<span class="badge">([^<]*)</span>', html) == ["人民调解", "家事纠纷"]
    assert "讲得明白。" in html


# 2026-11-27, Wagtail 8.0.1: the picture leaves its temporary file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_portrait_the_surname_stands_for_it(client: Client) -> None:
    TrainerPageFactory(title="欧阳文静")
    picture = Picture.objects.create(title="照片", file=get_test_image_file(filename="portrait.png"))
    TrainerPageFactory(title="杨守信", portrait=picture)
    html = look(client, "/trainers/")
    assert re.findall(r'portrait--letter" aria-hidden="true">([^<]*)<', html) == ["欧"]
    assert len(re.findall(r'<img[^>]*class="portrait"', html)) == 1


def test_a_profile_leads_to_coming_classes_and_courses(client: Client) -> None:
    person = UserFactory()
    page = TrainerPageFactory(title="杨守信", person=person)
    run = CourseRunFactory(course=CoursePageFactory(title="岗前培训"), trainers=[person])
    html = look(client, page.url)
    assert f"/runs/{run.pk}/" in html
    assert run.course.url in html


def test_course_and_class_lead_to_the_profile(client: Client) -> None:
    person, shy = UserFactory(name="杨守信"), UserFactory(name="不公开")
    page = TrainerPageFactory(title="杨守信", person=person)
    run = CourseRunFactory(trainers=[person, shy], supervisor=shy)
    for path in (run.course.url, f"/runs/{run.pk}/"):
        html = look(client, path)
        assert f'<a href="{page.url}">杨守信</a>' in html
        assert "不公开" not in html


def test_an_empty_list_says_so(client: Client) -> None:
    trainer_index()
    assert 'class="empty"' in look(client, "/trainers/")


@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_takes_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        TrainerPageFactory()
    look(client, "/trainers/")
    with django_assert_num_queries(11):
        look(client, "/trainers/")
