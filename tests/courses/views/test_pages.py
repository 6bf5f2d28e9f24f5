"""The catalogue, the course page and the reading view."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enums import Category, LessonAccess
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UserFactory,
    catalogue,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRET = "只有学员能读的正文"
CATALOGUE_QUERIES = 29
COURSE_QUERIES = 26
LESSON_QUERIES = 19


@pytest.fixture
def index():
    return catalogue()


def titles(response):
    return [card.course.title for card in response.context["cards"]]


# The catalogue


def test_catalogue_lists_published_courses_with_the_next_class_first(index, visitor):
    CoursePageFactory(title="无班次", parent=index)
    CoursePageFactory(title="草稿", parent=index, live=False)
    CourseRunFactory(course__title="有班次", course__parent=index)

    response = visitor.get(index.url)

    assert titles(response) == ["有班次", "无班次"]
    assert [card.view is None for card in response.context["cards"]] == [False, True]


def test_catalogue_hides_unpublished_classes(index, visitor):
    CourseRunFactory(planned=True, course__parent=index)

    response = visitor.get(index.url)

    assert [card.view for card in response.context["cards"]] == [None]


def test_catalogue_address_brings_the_selection_back(index, visitor):
    CoursePageFactory(title="宪法", category=Category.LAW, parent=index)
    CoursePageFactory(title="公文", category=Category.ADMINISTRATION, parent=index)

    response = visitor.get(index.url, {"channel": "law"})

    assert titles(response) == ["宪法"]
    assert [(chip.label, chip.query) for chip in response.context["filter"].chips()] == [
        (Category.LAW.label, ""),
    ]


def test_catalogue_without_a_match_says_what_to_try(index, visitor):
    CoursePageFactory(parent=index)

    response = visitor.get(index.url, {"q": "没有这门课"})

    assert titles(response) == []
    assert "Try a shorter word" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"month": "xx"}, "“xx” is no choice here and was left out."),
        ({"channel": ["law", "weather"]}, "“weather” is no choice here and was left out."),
        ({"state": "'; DROP"}, "“'; DROP” is no choice here and was left out."),
        ({"q": "长" * 61}, "Ensure this value has at most 60 characters (it has 61)."),
        ({"q": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_catalogue_tells_what_it_did_not_understand(index, visitor, query, message):
    CoursePageFactory(title="宪法", parent=index)

    response = visitor.get(index.url, query)

    assert response.status_code == 200
    assert [str(error) for errors in response.context["filter"].form.errors.values() for error in errors] == [message]
    assert titles(response) == ["宪法"]


@pytest.mark.parametrize("page", ["1e9", "99999999999999999999", "0", "-1", "zwei"])
def test_catalogue_answers_a_page_that_is_not_there(index, visitor, page):
    CoursePageFactory(parent=index)

    response = visitor.get(index.url, {"page": page})

    assert (response.status_code, response.context["paging"].number) == (200, 1)
    assert "There is no such page; this is page 1." in response.content.decode()


def test_catalogue_turns_pages_and_keeps_the_filter(index, visitor):
    for _ in range(13):
        CoursePageFactory(parent=index, category=Category.LAW)

    second = visitor.get(index.url, {"channel": "law", "page": "2"})

    assert len(titles(second)) == 1
    assert 'href="?channel=law&amp;page=1"' in second.content.decode()


def test_catalogue_sends_htmx_the_results_alone(index, visitor):
    CoursePageFactory(title="宪法", category=Category.LAW, parent=index)

    response = visitor.get(index.url, {"channel": "law", "q": "", "month": []}, headers=HTMX)

    text = response.content.decode()
    assert ("<html" in text, "宪法" in text) == (False, True)
    assert response["HX-Push-Url"] == f"{index.url}?channel=law"
    assert 'id="id_channel_1-count" hx-swap-oob' in text


def test_catalogue_sends_htmx_the_whole_page_when_history_is_restored(index, visitor):
    response = visitor.get(index.url, headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert "<html" in response.content.decode()


def test_catalogue_tells_caches_that_htmx_gets_another_answer(index, visitor):
    assert "HX-Request" in visitor.get(index.url)["Vary"]


@pytest.mark.parametrize("rows", [1, 3])
def test_catalogue_takes_the_same_queries_for_any_number_of_cards(index, reader, rows):
    for _ in range(rows):
        CourseRunFactory(course__parent=index)
    reader.get(index.url)  # the site's root paths are cached for good

    with CaptureQueriesContext(connection) as queries:
        reader.get(index.url)

    assert len(queries) == CATALOGUE_QUERIES


# The course


def test_course_page_offers_its_classes_and_folds_the_past(index, visitor):
    course = CoursePageFactory(parent=index)
    finished = CourseRunFactory(course=course, finished=True)
    running = CourseRunFactory(course=course, running=True)
    upcoming = CourseRunFactory(course=course)
    CourseRunFactory(course=course, planned=True)

    response = visitor.get(course.url)

    assert [view.run for view in response.context["current"]] == [upcoming, running]
    assert [view.run for view in response.context["past"]] == [finished]


def test_course_page_marks_what_each_lesson_asks(index, visitor):
    course = CoursePageFactory(parent=index)
    for access in LessonAccess.values:
        LessonPageFactory(parent=course, access=access)

    response = visitor.get(course.url)

    assert [row.barrier for row in response.context["lessons"]] == ["", "sign_in", "sign_in"]


def test_course_page_carries_a_fresh_key_in_each_form(index, reader):
    course = CoursePageFactory(parent=index)
    CourseRunFactory(course=course)
    CourseRunFactory(course=course)

    keys = [view.key for view in reader.get(course.url).context["current"]]

    assert len(set(keys)) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_course_page_takes_the_same_queries_for_any_number_of_rows(index, reader, rows):
    course = CoursePageFactory(parent=index)
    for _ in range(rows):
        CourseRunFactory(course=course)
        LessonPageFactory(parent=course)
    reader.get(course.url)

    with CaptureQueriesContext(connection) as queries:
        reader.get(course.url)

    assert len(queries) == COURSE_QUERIES


# The lesson


def lesson_with(access, index):
    course = CoursePageFactory(parent=index)
    body = [("text", f"<p>{SECRET}</p>")]
    return LessonPageFactory(parent=course, access=access, body=body)


def reads(client, lesson):
    response = client.get(lesson.url)
    return response.status_code, SECRET in response.content.decode()


def test_lesson_for_everybody_is_read_by_everybody(index, visitor):
    assert reads(visitor, lesson_with(LessonAccess.PUBLIC, index)) == (200, True)


@pytest.mark.parametrize("access", [LessonAccess.SIGNED_IN, LessonAccess.ENROLLED])
def test_lesson_sends_a_visitor_to_sign_in_and_back(index, visitor, access):
    lesson = lesson_with(access, index)

    response = visitor.get(lesson.url)

    assert response.headers["Location"] == f"{reverse('account_login')}?next={lesson.url}"
    assert SECRET not in response.content.decode()


def test_lesson_for_the_signed_in_is_read_by_them(index, reader):
    assert reads(reader, lesson_with(LessonAccess.SIGNED_IN, index)) == (200, True)


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ({}, (200, True)),
        ({"completed": True}, (200, True)),
        ({"waitlisted": True}, (403, False)),
        ({"requested": True}, (403, False)),
        ({"withdrawn": True}, (403, False)),
    ],
)
def test_lesson_for_participants_asks_for_a_seat(index, reader, learner, state, answer):
    lesson = lesson_with(LessonAccess.ENROLLED, index)
    EnrolmentFactory(run__course=lesson.course, person=learner, **state)

    assert reads(reader, lesson) == answer


def test_lesson_of_another_course_stays_closed(index, reader, learner):
    EnrolmentFactory(person=learner)

    assert reads(reader, lesson_with(LessonAccess.ENROLLED, index)) == (403, False)


def test_closed_lesson_says_enrol_first_and_links_the_open_classes(index, reader):
    lesson = lesson_with(LessonAccess.ENROLLED, index)
    run = CourseRunFactory(course=lesson.course)

    text = reader.get(lesson.url).content.decode()

    assert "This lesson is for participants" in text
    assert reverse("courses:enrol", args=[run.pk]) in text


def test_lesson_is_read_by_the_trainer_and_the_supervisor_of_the_course(index, sign_in):
    lesson = lesson_with(LessonAccess.ENROLLED, index)
    trainer, supervisor, other = UserFactory(), UserFactory(), UserFactory()
    CourseRunFactory(course=lesson.course, trainers=[trainer], supervisor=supervisor)
    CourseRunFactory(trainers=[other])

    answers = [reads(sign_in(person), lesson) for person in (trainer, supervisor, other)]

    assert answers == [(200, True), (200, True), (403, False)]


def test_lesson_is_read_by_whoever_may_edit_it(index, sign_in):
    assert reads(sign_in(UserFactory(superuser=True)), lesson_with(LessonAccess.ENROLLED, index)) == (200, True)


def preview(rf, lesson):
    """Serve the page as Wagtail's preview asks for it: a request of its own, marked as one."""
    request = rf.get(lesson.get_url() or "/")
    request.user, request.is_preview = AnonymousUser(), True
    response = lesson.serve(request)
    return response.status_code, SECRET in response.content.decode()


def test_preview_shows_a_closed_lesson_to_its_editor(index, rf):
    assert preview(rf, lesson_with(LessonAccess.ENROLLED, index)) == (200, True)


def test_preview_of_a_lesson_that_was_never_saved(index, rf):
    course = CoursePageFactory(parent=index)
    saved = LessonPageFactory(parent=course)
    draft = type(saved)(title="新课", slug="new", body=[("text", f"<p>{SECRET}</p>")])
    draft.depth, draft.path = saved.depth, f"{course.path}0002"
    draft.set_url_path(course)

    assert preview(rf, draft) == (200, True)


def test_lesson_knows_its_place(index, visitor):
    course = CoursePageFactory(parent=index)
    lessons = [LessonPageFactory(parent=course, access=LessonAccess.PUBLIC) for _ in range(3)]
    LessonPageFactory(parent=course, live=False)

    place = visitor.get(lessons[1].url).context["place"]

    assert (place.number, place.total, place.previous, place.following) == (2, 3, lessons[0], lessons[2])


def test_lesson_lists_its_headings(index, visitor):
    body = [
        ("heading", {"text": "先问三个问题", "level": "2"}),
        ("text", "<p>正文</p>"),
        ("heading", {"text": "练一练", "level": "3"}),
    ]
    lesson = LessonPageFactory(parent=CoursePageFactory(parent=index), access=LessonAccess.PUBLIC, body=body)

    response = visitor.get(lesson.url)

    contents = response.context["contents"]
    assert [(heading.text, heading.level) for heading in contents] == [("先问三个问题", "2"), ("练一练", "3")]
    assert all(f'id="{heading.anchor}"' in response.content.decode() for heading in contents)


@pytest.mark.parametrize("rows", [1, 3])
def test_lesson_takes_the_same_queries_for_any_number_of_lessons(index, reader, learner, rows):
    course = CoursePageFactory(parent=index)
    EnrolmentFactory(run__course=course, person=learner)
    lessons = [LessonPageFactory(parent=course) for _ in range(rows)]
    reader.get(lessons[0].url)

    with CaptureQueriesContext(connection) as queries:
        reader.get(lessons[0].url)

    assert len(queries) == LESSON_QUERIES
