"""The read API: what a visitor may read, in one form, for whoever asks."""

import datetime
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from core.models import Material
from core.throttle import Limit
from courses.enums import Category, LessonAccess, Mode, Requirement
from home.models import NoticeIndexPage, NoticePage, TrainerIndexPage, TrainerPage
from people.enums import ReadingScope
from people.models import PageReader
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    ProfessionFactory,
    UserFactory,
    home_page,
)

pytestmark = pytest.mark.django_db
BASE = "http://testserver"


def titles(client: Client, address: str) -> list[str]:
    return [row["title"] for row in client.get(address).json()["results"]]


# Courses


def test_a_course_in_a_list(client: Client) -> None:
    profession = ProfessionFactory(code="notary", name="公证员")
    course = CoursePageFactory(
        title="公文写作", slug="writing", code="XZ-01", category=Category.LAW, requirement=Requirement.COMPULSORY,
        mode=Mode.HYBRID, hours="2.5", professions=[profession], audience="全体人员",
    )  # fmt: skip
    answer = client.get("/api/v1/courses").json()
    [row] = answer.pop("results")
    assert answer == {"count": 1, "next": None, "previous": None}
    assert row == {
        "id": course.pk,
        "code": "XZ-01",
        "title": "公文写作",
        "url": f"{BASE}/courses/writing/",
        "summary": "常用公文怎么写，怎么改。",
        "category": {"value": "law", "label": str(Category.LAW.label)},
        "requirement": {"value": "compulsory", "label": str(Requirement.COMPULSORY.label)},
        "mode": {"value": "hybrid", "label": str(Mode.HYBRID.label)},
        "hours": 2.5,
        "has_exam": False,
        "audience": "全体人员",
        "professions": [{"value": "notary", "label": "公证员"}],
        "published_at": None,
        "next_run": None,
    }


def test_the_filters_of_the_catalogue(client: Client) -> None:
    law = CoursePageFactory(title="法律", category=Category.LAW)
    CoursePageFactory(title="能力", category=Category.COMPETENCE)
    CourseRunFactory(course=law)
    month = f"{timezone.localtime(law.runs.get().starts_at):%Y-%m}"
    found = {
        query: titles(client, f"/api/v1/courses?{query}")
        for query in ("channel=law", "channel=law&channel=competence", "state=open", f"month={month}", "q=能", "free=1")
    }
    assert found == {
        "channel=law": ["法律"],
        "channel=law&channel=competence": ["法律", "能力"],
        "state=open": ["法律"],
        f"month={month}": ["法律"],
        "q=能": ["能力"],
        "free=1": ["法律"],
    }


def test_one_course_with_what_is_open_below_it(client: Client) -> None:
    course = CoursePageFactory(objectives="写请示\n写报告")
    LessonPageFactory(parent=course, title="公开课时", access=LessonAccess.PUBLIC, minutes=30)
    LessonPageFactory(parent=course, title="学员课时", access=LessonAccess.ENROLLED)
    LessonPageFactory(parent=course, title="登录课时", access=LessonAccess.SIGNED_IN)
    LessonPageFactory(parent=course, title="草稿", access=LessonAccess.PUBLIC, live=False)
    run = CourseRunFactory(course=course)
    CourseRunFactory(course=course, planned=True)
    answer = client.get(f"/api/v1/courses/{course.pk}").json()
    assert [lesson["title"] for lesson in answer["lessons"]] == ["公开课时"]
    assert ([one["id"] for one in answer["runs"]], answer["next_run"]["id"]) == ([run.pk], run.pk)
    assert answer["objectives"] == ["写请示", "写报告"]


def test_pages_of_a_list(client: Client) -> None:
    for number in range(5):
        CoursePageFactory(code=f"P-{number}", title=f"课{number}")
    first = client.get("/api/v1/courses?page_size=2&q=课").json()
    assert (first["count"], first["previous"]) == (5, None)
    second = client.get(first["next"].removeprefix(BASE)).json()
    last = client.get(second["next"].removeprefix(BASE)).json()
    rows = [row["title"] for page in (first, second, last) for row in page["results"]]
    assert (rows, last["next"]) == ([f"课{number}" for number in range(5)], None)
    assert client.get("/api/v1/courses?page=4&page_size=2").status_code == 404


# Classes


def test_a_class_with_its_timetable(client: Client) -> None:
    trainer = UserFactory(name="钱教员")
    starts_at = timezone.make_aware(datetime.datetime(2026, 12, 31, 23, 30))  # noqa: DTZ001
    now = starts_at - datetime.timedelta(days=3)
    run = CourseRunFactory(now=now, starts_at=starts_at, class_no="2026-XZ-01-01", trainers=[trainer], intake_no=1)
    row = client.get(f"/api/v1/runs/{run.pk}").json()
    told = ("class_no", "starts_at", "capacity", "free_seats", "venue", "url", "calendar_url")
    assert [row[name] for name in told] == [
        "2026-XZ-01-01",
        "2026-12-31T23:30:00+08:00",
        20,
        20,
        "三楼会议室",
        f"{BASE}/runs/{run.pk}/",
        f"{BASE}/runs/{run.pk}/calendar.ics",
    ]
    assert row["sessions"] == [
        {
            "starts_at": "2026-12-31T23:30:00+08:00",
            "ends_at": "2027-01-01T01:30:00+08:00",
            "topic": "",
            "venue": "三楼会议室",
            "is_cancelled": False,
            "trainers": [],
        }
    ]


def test_states_of_classes(client: Client) -> None:
    runs = {
        "open": CourseRunFactory(),
        "full": CourseRunFactory(full=True),
        "coming": CourseRunFactory(coming=True),
        "awaiting": CourseRunFactory(closed=True),
        "running": CourseRunFactory(running=True),
        "postponed": CourseRunFactory(postponed=True),
        "cancelled": CourseRunFactory(cancelled=True),
    }
    found = {
        state: [
            (row["id"], row["state"]["value"]) for row in client.get(f"/api/v1/runs?state={state}").json()["results"]
        ]
        for state in runs
    }
    assert found == {state: [(run.pk, state)] for state, run in runs.items()}
    both = client.get("/api/v1/runs?state=open&state=full").json()["results"]
    assert {row["id"] for row in both} == {runs["open"].pk, runs["full"].pk}


def test_classes_of_one_course(client: Client) -> None:
    run, _other = CourseRunFactory(), CourseRunFactory()
    rows = client.get(f"/api/v1/runs?course={run.course_id}").json()["results"]
    assert [row["id"] for row in rows] == [run.pk]


# Nothing that is not open


@pytest.fixture
def closed() -> dict[str, Any]:
    """A draft, a private page, a page for a circle of readers, and classes that nobody has announced."""
    draft = CoursePageFactory(title="秘密草稿", live=False)
    private = CoursePageFactory(title="秘密私有")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    circle = CoursePageFactory(title="秘密圈子")
    PageReader.objects.create(page=circle, scope=ReadingScope.MEMBERS)
    planned = CourseRunFactory(planned=True, course=CoursePageFactory(title="公开课程"))
    runs = [CourseRunFactory(course=course, class_no=f"SECRET-{course.pk}") for course in (draft, private, circle)]
    return {"courses": [draft, private, circle], "runs": [planned, *runs]}


@pytest.mark.parametrize("who", ["visitor", "member", "superuser"])
def test_what_is_not_open_does_not_exist_whoever_asks(client: Client, closed: dict[str, Any], who: str) -> None:
    if who != "visitor":
        client.force_login(UserFactory(superuser=who == "superuser"))
    for course in closed["courses"]:
        assert client.get(f"/api/v1/courses/{course.pk}").status_code == 404
    for run in closed["runs"]:
        assert client.get(f"/api/v1/runs/{run.pk}").status_code == 404
    texts = [client.get(one).content.decode() for one in ("/api/v1/courses", "/api/v1/runs", "/api/v1/search?q=秘密")]
    assert [word for word in ("秘密", "SECRET") for text in texts if word in text] == []
    assert titles(client, "/api/v1/courses") == ["公开课程"]


def test_no_name_but_that_of_a_trainer_who_agreed(client: Client) -> None:
    public, hidden = UserFactory(name="钱教员"), UserFactory(name="赵教员")
    supervisor, learner = UserFactory(name="李班主任"), UserFactory(name="孙学员")
    index = home_page().add_child(instance=TrainerIndexPage(title="师资", slug="trainers"))
    index.add_child(instance=TrainerPage(title="钱老师", slug="qian", person=public))
    run = CourseRunFactory(trainers=[public, hidden], supervisor=supervisor)
    EnrolmentFactory(run=run, person=learner)
    addresses = ["/api/v1/courses", f"/api/v1/courses/{run.course_id}", "/api/v1/runs", f"/api/v1/runs/{run.pk}"]
    addresses += [f"/api/v1/search?q={name}" for name in ("钱教员", "赵教员", "李班主任", "孙学员")]
    text = "".join(client.get(address).content.decode() for address in addresses)
    assert [name for name in ("钱教员", "赵教员", "李班主任", "孙学员") if name in text] == []
    assert client.get(f"/api/v1/runs/{run.pk}").json()["sessions"][0]["trainers"] == ["钱老师"]


# Search


def test_search_in_plain_words(client: Client) -> None:
    index = home_page().add_child(instance=NoticeIndexPage(title="通知", slug="notices"))
    index.add_child(instance=NoticePage(title="关于<调解>的通知", slug="one", published_on=datetime.date(2026, 3, 1)))
    CoursePageFactory(title="调解课程", slug="mediation")
    rows = client.get("/api/v1/search?q=调解").json()["results"]
    assert {(row["title"], row["kind"]["value"], row["url"]) for row in rows} == {
        ("关于<调解>的通知", "notice", f"{BASE}/notices/one/"),
        ("调解课程", "course", f"{BASE}/courses/mediation/"),
    }
    assert titles(client, "/api/v1/search?q=调解&type=notice&year=2026") == ["关于<调解>的通知"]
    assert titles(client, "/api/v1/search?q=调解&year=2025") == []


def test_files_are_found_if_everybody_may_open_them(client: Client) -> None:
    for title, access in (("公开讲义", "public"), ("内部讲义", "signed_in")):
        Material.objects.create(title=title, access=access, file=ContentFile(b"x", name="x.txt"))
    assert titles(client, "/api/v1/search?q=讲义") == ["公开讲义"]


# The form of answers


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    course = CoursePageFactory(title="公文写作")
    first = client.get("/api/v1/courses")
    same = client.get("/api/v1/courses", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, first["Cache-Control"]) == (304, b"", "no-cache")
    course.title = "公文写作（新版）"
    course.save()
    assert client.get("/api/v1/courses", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_head_is_get_without_its_content(client: Client) -> None:
    CoursePageFactory()
    whole, head = client.get("/api/v1/courses"), client.head("/api/v1/courses")
    assert (head.status_code, head["ETag"], head.content) == (200, whole["ETag"], b"")


@pytest.mark.parametrize(
    ("address", "status", "parameters"),
    [
        ("/api/v1/courses/999999", 404, None),
        ("/api/v1/nothing", 404, None),
        ("/api/nothing/here", 404, None),
        ("/api/v1/courses?page=0", 422, ["page"]),
        ("/api/v1/courses?page=x&page_size=101", 422, ["page", "page_size"]),
        ("/api/v1/courses?state=secret", 422, ["state"]),
        ("/api/v1/courses?month=2026-13", 422, ["month"]),
        ("/api/v1/runs?state=planned", 422, ["state"]),
        ("/api/v1/runs?course=x", 422, ["course"]),
        ("/api/v1/search", 422, ["q"]),
        ("/api/v1/search?q=%20%00", 422, ["q"]),
        (f"/api/v1/search?q={'x' * 101}", 422, ["q"]),
    ],
)
def test_refusals_have_one_form(client: Client, address: str, status: int, parameters: list[str] | None) -> None:
    home_page()
    answer = client.get(address)
    facts = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"], facts["status"]) == (status, "application/problem+json", status)
    assert [error["parameter"] for error in facts.get("errors", [])] == (parameters or [])
    assert {"type", "title", "detail"} <= set(facts)


def test_refusals_are_in_the_language_of_the_reader(client: Client) -> None:
    client.cookies.load({"django_language": "en"})
    facts = json.loads(client.get("/api/v1/courses/999999").content)
    assert (facts["title"], facts["detail"]) == (
        "Not found",
        "There is nothing at this address that everybody may read.",
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_changed(method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)("/api/v1/courses")
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (
        405,
        "GET, HEAD",
        "application/problem+json",
    )


def test_pages_of_other_sites_are_not_let_in(client: Client) -> None:
    answer = client.get("/api/v1/courses", headers={"Origin": "https://elsewhere.example"})
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []


def test_too_many_questions(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("home.views.api.gate.LIMIT", Limit("api-test", most=2))
    answers = [client.get("/api/v1/courses") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2]["Content-Type"], 1 <= int(answers[2]["Retry-After"]) <= 60) == ("application/problem+json", True)
    assert client.get("/api/v1/courses", REMOTE_ADDR="10.0.0.2").status_code == 200


def test_a_fault_of_ours_is_said_and_written_down(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("home.views.api.service.open_runs", broken)
    answer = client.get("/api/v1/runs")
    assert (answer.status_code, b"secret detail" in answer.content) == (500, False)
    assert "The API failed at /api/v1/runs." in caplog.messages


# The ways in


def test_the_first_page_names_every_question(client: Client) -> None:
    home_page()
    text = client.get("/api/").content.decode()
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    assert sorted(paths) == [
        "/api/v1/courses",
        "/api/v1/courses/{pk}",
        "/api/v1/runs",
        "/api/v1/runs/{pk}",
        "/api/v1/search",
    ]
    assert [path for path in paths if f"GET {path}" not in text] == []
    assert "<script>" not in text


def test_programs_find_their_way_from_the_root(client: Client) -> None:
    entries = client.get("/api/v1/").json()
    assert entries == {
        "courses": f"{BASE}/api/v1/courses",
        "runs": f"{BASE}/api/v1/runs",
        "search": f"{BASE}/api/v1/search",
        "description": f"{BASE}/api/v1/openapi.json",
    }
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.")


@pytest.mark.parametrize("rows", [2, 5])  # a single hit of the search needs no order
@pytest.mark.parametrize(("address", "queries"), [("courses", 9), ("runs", 5), ("search?q=公文", 11)])
def test_lists_take_the_same_queries_for_any_number_of_rows(
    client: Client, rows: int, address: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        CourseRunFactory(course=CoursePageFactory(professions=[ProfessionFactory()]))
    client.get(f"/api/v1/{address}")
    ranking = address.startswith("search") and connection.vendor == "sqlite"  # in a query of its own there
    with django_assert_num_queries(queries + ranking):
        assert client.get(f"/api/v1/{address}").json()["count"] == rows


@pytest.mark.parametrize("rows", [1, 4])
def test_one_course_and_one_class_take_the_same_queries(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course = CoursePageFactory(professions=[ProfessionFactory()])
    for number in range(rows):
        CourseRunFactory(course=course, sessions=rows, intake_no=number + 1, trainers=[UserFactory()])
        LessonPageFactory(parent=course, access=LessonAccess.PUBLIC)
    run = course.runs.first()
    client.get(f"/api/v1/courses/{course.pk}")
    with django_assert_num_queries(9):
        client.get(f"/api/v1/courses/{course.pk}")
    with django_assert_num_queries(8):
        client.get(f"/api/v1/runs/{run.pk}")
