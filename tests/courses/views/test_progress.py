"""Saving progress over HTTP, and what the pages say about it."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enums import Completion, LessonAccess
from courses.models import LessonProgress
from courses.services import batches, progress
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UserFactory,
    catalogue,
)

pytestmark = pytest.mark.django_db
SAVE_QUERIES = 10
MY_QUERIES = 20


@pytest.fixture
def course():
    return CoursePageFactory(parent=catalogue())


def lesson_of(course, **fields):
    return LessonPageFactory(parent=course, **{"access": LessonAccess.SIGNED_IN, **fields})


@pytest.fixture
def lesson(course):
    return lesson_of(course)


def address(lesson, name="lesson_progress"):
    return reverse(f"courses:{name}", args=[lesson.pk])


def batch(person, lesson, **what):
    return {"ticket": batches.ticket(person, lesson, timezone.now()), **what}


def post(client, lesson, data):
    return client.post(address(lesson), {"batch": json.dumps(data)})


def done(person, lesson):
    return progress.save(person=person, lesson=lesson, data=batch(person, lesson, reached=100))


# Saving


def test_a_form_and_json_are_understood(reader, learner, lesson):
    answer = post(reader, lesson, batch(learner, lesson, reached=40))
    assert (answer.status_code, answer.json()["completed"], answer.json()["said"]) == (200, False, "1 minute studied")

    data = json.dumps(batch(learner, lesson, reached=100))
    answer = reader.post(address(lesson), data, content_type="application/json")

    assert (answer.status_code, answer.json()["completed"]) == (200, True)
    assert LessonProgress.objects.get().person == learner


def test_the_ticket_on_the_page_is_the_one_that_is_taken(reader, learner, lesson):
    text = reader.get(lesson.url).content.decode()
    ticket = re.search(r'data-ticket="([^"]+)"', text)[1]

    assert post(reader, lesson, {"ticket": ticket, "reached": 10}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"batch": "{"}, 400, "unreadable"),
        ({}, 400, "unreadable"),
        ({"batch": "[" * 20_000}, 400, "unreadable"),
        ({"batch": "[]"}, 422, "batch_refused"),
        ({"batch": json.dumps({"ticket": "forged"})}, 422, "batch_refused"),
        ({"batch": "x" * 33 * 1024}, 413, "too_large"),
    ],
)
def test_what_cannot_be_a_batch_is_refused_and_changes_nothing(reader, learner, lesson, sent, status, code):
    post(reader, lesson, batch(learner, lesson, reached=40))
    before = LessonProgress.objects.values().get()

    answer = reader.post(address(lesson), sent)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert LessonProgress.objects.values().get() == before


def test_visitors_save_nothing(visitor, learner, lesson):
    assert post(visitor, lesson, batch(learner, lesson, reached=40)).status_code == 401
    answer = visitor.post(address(lesson, "lesson_studied"))
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={lesson.url}"
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize(
    "closed", [{"access": LessonAccess.ENROLLED}, {"live": False, "access": LessonAccess.PUBLIC}]
)  # fmt: skip
def test_who_may_not_read_the_lesson_saves_nothing(reader, learner, course, closed):
    lesson = lesson_of(course, **closed)

    answers = [
        post(reader, lesson, batch(learner, lesson, reached=40)),
        reader.post(address(lesson, "lesson_studied")),
        reader.post(reverse("courses:lesson_progress", args=[999_999]), {"batch": "{}"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not LessonProgress.objects.exists()


def test_somebody_elses_ticket_is_refused(reader, lesson):
    assert post(reader, lesson, batch(UserFactory(), lesson, reached=40)).status_code == 422
    assert not LessonProgress.objects.exists()


def test_a_request_without_the_token_is_refused(learner, lesson):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert post(client, lesson, batch(learner, lesson, reached=40)).status_code == 403
    assert not LessonProgress.objects.exists()


def test_a_save_takes_few_queries(reader, learner, course):
    lesson = lesson_of(course, access=LessonAccess.ENROLLED)
    EnrolmentFactory(run__course=course, person=learner)
    post(reader, lesson, batch(learner, lesson, reached=10))

    with CaptureQueriesContext(connection) as queries:
        post(reader, lesson, batch(learner, lesson, reached=20))

    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    asked = [query["sql"] for query in queries if not query["sql"].startswith(control)]
    assert len(asked) == SAVE_QUERIES, asked


# The button


@pytest.mark.parametrize("completion", [Completion.CONFIRMED, Completion.OPENED])
def test_the_button_leads_back_and_says_so(reader, learner, course, completion):
    lesson = lesson_of(course, completion=completion)
    assert address(lesson, "lesson_studied") in reader.get(lesson.url).content.decode()

    answer = reader.post(address(lesson, "lesson_studied"), follow=True)

    assert answer.redirect_chain == [(f"{lesson.url}#study", 302)]
    text = answer.content.decode()
    assert "You have studied this lesson" in text
    assert f"“{lesson.title}” is noted as studied." in text
    assert address(lesson, "lesson_studied") not in text
    assert LessonProgress.objects.get().completed_by == Completion.CONFIRMED


def test_videos_cannot_be_confirmed_away(reader, course):
    video = {"type": "video", "id": "film", "value": {"video": None, "title": "录像", "transcript": ""}}
    lesson = lesson_of(course, completion=Completion.WATCHED, body=json.dumps([video]))
    assert address(lesson, "lesson_studied") not in reader.get(lesson.url).content.decode()

    answer = reader.post(address(lesson, "lesson_studied"), follow=True)

    assert "This lesson counts as studied once its videos are watched." in answer.content.decode()
    assert not LessonProgress.objects.exists()


# What pages say


def test_the_lesson_says_how_far_the_reader_is(reader, learner, lesson):
    study = reader.get(lesson.url).context["study"]
    assert (study.is_completed, study.said, study.completed) == (False, "", frozenset())

    done(learner, lesson)
    study = reader.get(lesson.url).context["study"]

    assert (study.is_completed, study.said, study.completed) == (True, "1 minute studied", frozenset({lesson.pk}))


def test_nothing_of_study_is_said_to_visitors(visitor, learner, course):
    lesson = lesson_of(course, access=LessonAccess.PUBLIC)
    done(learner, lesson)

    pages = [visitor.get(lesson.url), visitor.get(course.url)]

    assert [page.context["study"] for page in pages] == [None, None]
    assert ["data-study" in page.content.decode() for page in pages] == [False, False]
    assert ["csrfmiddlewaretoken" in page.content.decode() for page in pages] == [False, False]


def test_nothing_of_other_people_shows(reader, course, lesson):
    done(UserFactory(), lesson)

    assert not reader.get(lesson.url).context["study"].is_completed
    assert reader.get(course.url).context["study"].done == 0


def test_the_course_leads_to_the_next_lesson(reader, learner, course):
    lessons = [lesson_of(course) for _ in range(3)]
    closed = lesson_of(course, access=LessonAccess.ENROLLED)
    done(learner, lessons[0])
    done(learner, lessons[2])

    response = reader.get(course.url)

    study = response.context["study"]
    assert (study.label, study.summary) == ("Lesson 2/4", "2 of 3 lessons studied")
    assert (study.following, study.begun, study.is_done) == (lessons[1], True, False)
    assert [row.is_completed for row in response.context["lessons"]] == [True, False, True, False]
    assert closed.url in response.content.decode()


def test_a_course_that_is_done_says_so(reader, learner, course):
    for _ in range(2):
        done(learner, lesson_of(course))

    study = reader.get(course.url).context["study"]

    assert (study.is_done, study.label) == (True, "All 2 lessons studied")


def test_my_training_lists_what_is_taken_and_what_was_begun(reader, learner, course):
    begun = [lesson_of(course), lesson_of(course)]
    done(learner, begun[0])
    taken = CourseRunFactory(course__parent=catalogue())
    first = lesson_of(taken.course, access=LessonAccess.ENROLLED)
    EnrolmentFactory(run=taken, person=learner)
    lesson_of(CoursePageFactory(parent=catalogue()))  # neither taken nor begun
    done(UserFactory(), lesson_of(CoursePageFactory(parent=catalogue())))

    studies = reader.get("/my/").context["studies"]

    assert [(one.course, one.following, one.label) for one in studies] == [
        (course, begun[1], "Lesson 2/2"),
        (taken.course, first, "Lesson 1/1"),
    ]


@pytest.mark.parametrize("many", [1, 3])
def test_my_training_takes_the_same_queries_for_any_number_of_courses(reader, learner, many):
    for _ in range(many):
        course = CoursePageFactory(parent=catalogue())
        for _ in range(many):
            done(learner, lesson_of(course))
    reader.get("/my/")

    with CaptureQueriesContext(connection) as queries:
        reader.get("/my/")

    assert len(queries) == MY_QUERIES


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("page", ["course", "lesson"])
def test_pages_ask_for_progress_once(reader, learner, course, many, page):
    lessons = [lesson_of(course) for _ in range(many)]
    for lesson in lessons:
        done(learner, lesson)
    url = {"course": course.url, "lesson": lessons[0].url}[page]
    reader.get(url)

    with CaptureQueriesContext(connection) as queries:
        reader.get(url)

    assert len([query for query in queries if "courses_lessonprogress" in query["sql"]]) == 1
