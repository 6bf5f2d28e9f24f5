"""Calendars as calendars read them, and the page on which a person makes the address."""

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from courses.models import ClassSession
from courses.services.calendar import make_address, remove_address
from courses.services.schedule import cancel_session, save_schedule
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=SHANGHAI)


def read(response: Any) -> list[Event]:
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


@pytest.fixture
def person() -> Any:
    return UserFactory(name="孙学员")


@pytest.fixture
def address(person: Any) -> str:
    return reverse("courses:feed", args=[make_address(person=person, seen=0)])


def test_the_feed_needs_no_sign_in_and_tells_nobody(client: Client, person: Any, address: str) -> None:
    EnrolmentFactory(run=CourseRunFactory(course__title="公文写作"), person=person)
    EnrolmentFactory(run=CourseRunFactory(course__title="人民调解"))
    answer = client.get(address)
    assert [str(event["SUMMARY"]) for event in read(answer)] == ["公文写作"]
    told = ("Content-Type", "Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Disposition")
    assert [answer[name] for name in told] == [
        "text/calendar; charset=utf-8",
        "private, no-cache",
        "no-referrer",
        "noindex, nofollow",
        'inline; filename="training.ics"',
    ]


def test_names_of_people_are_in_no_calendar(client: Client, person: Any, address: str) -> None:
    trainer, supervisor = UserFactory(name="钱教员"), UserFactory(name="李班主任")
    run = CourseRunFactory(trainers=[trainer], supervisor=supervisor)
    EnrolmentFactory(run=run, person=person)
    EnrolmentFactory(run=run, person=UserFactory(name="赵同学"))
    client.force_login(person)
    texts = [client.get(one).content.decode() for one in (address, f"/runs/{run.pk}/calendar.ics")]
    plain = [re.sub(r"\r\n ", "", text) for text in texts]
    assert [name for name in ("钱教员", "李班主任", "赵同学", "孙学员") for text in plain if name in text] == []


@pytest.mark.parametrize("token", ["wrong", "x" * 43])
def test_a_wrong_address_says_nothing(client: Client, token: str, address: str) -> None:
    answer = client.get(reverse("courses:feed", args=[token]))
    assert (answer.status_code, answer["X-Robots-Tag"]) == (404, "noindex, nofollow")


def test_an_address_that_was_taken_back_or_renewed_is_closed_at_once(client: Client, person: Any, address: str) -> None:
    renewed = reverse("courses:feed", args=[make_address(person=person, seen=1)])
    assert [client.get(one).status_code for one in (address, renewed)] == [404, 200]
    remove_address(person=person)
    assert client.get(renewed).status_code == 404


def test_a_calendar_that_asks_again_is_told_that_nothing_changed(client: Client, person: Any, address: str) -> None:
    run = CourseRunFactory()
    EnrolmentFactory(run=run, person=person)
    first = client.get(address)
    same = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.content, same.status_code, same.content) == (client.get(address).content, 304, b"")
    session = run.sessions.get()
    session.topic = "请示与报告"
    save_schedule(run=run, sessions=[session], by=UserFactory(superuser=True))
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_too_many_questions(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.views.calendar.BY_TOKEN", _limit("token", 2))
    answers = [client.get(address) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_guessing_is_limited_by_where_it_comes_from(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.views.calendar.BY_ADDRESS", _limit("address", 2))
    guesses = [client.get(reverse("courses:feed", args=[guess])).status_code for guess in ("a", "b", "c")]
    assert guesses == [404, 404, 429]
    assert client.get(address, REMOTE_ADDR="10.0.0.9").status_code == 200


def _limit(name: str, most: int) -> Any:
    from core.throttle import Limit

    return Limit(name, most=most)


# What a calendar understands


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (shanghai(2026, 12, 31, 23, 30), shanghai(2027, 1, 1, 0, 30)),
        (shanghai(2027, 1, 1, 0, 0), shanghai(2027, 1, 1, 1, 0)),
        (shanghai(2028, 2, 29, 22, 0), shanghai(2028, 3, 1, 0, 0)),
        (shanghai(2026, 12, 3, 7, 59), shanghai(2026, 12, 3, 8, 0)),  # midnight in Greenwich
    ],
)
def test_times_go_out_and_come_back_as_they_are(
    client: Client, starts_at: datetime.datetime, ends_at: datetime.datetime
) -> None:
    run = CourseRunFactory(starts_at=starts_at, ends_at=ends_at, sessions=0)
    ClassSession.objects.create(run=run, starts_at=starts_at, ends_at=ends_at)
    answer = client.get(f"/runs/{run.pk}/calendar.ics")
    [event] = read(answer)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (starts_at, ends_at)
    assert f"DTSTART;TZID=Asia/Shanghai:{starts_at:%Y%m%dT%H%M%S}" in answer.content.decode()


def test_the_zone_is_described_once(client: Client) -> None:
    text = client.get(f"/runs/{CourseRunFactory(sessions=2).pk}/calendar.ics").content.decode()
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    assert (text.count("BEGIN:VTIMEZONE"), "TZID:Asia/Shanghai" in zone, "TZOFFSETTO:+0800" in zone) == (1, True, True)
    assert "COMMENT" not in zone


def test_lines_are_folded_between_characters_and_end_as_the_standard_says(client: Client) -> None:
    title = "人民调解员法律法规与调解技巧提升培训班，" * 4
    run = CourseRunFactory(course=CoursePageFactory(title=title), venue="三楼会议室；东侧")
    content = client.get(f"/runs/{run.pk}/calendar.ics").content
    lines = content.split(b"\r\n")
    assert (max(map(len, lines)) <= 75, b"\n" in content.replace(b"\r\n", b"")) == (True, False)
    assert [line.decode() for line in lines]  # no character is cut in two
    [event] = read(client.get(f"/runs/{run.pk}/calendar.ics"))
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (title, "三楼会议室；东侧")


def test_text_cannot_add_lines_of_its_own(client: Client) -> None:
    run = CourseRunFactory(course=CoursePageFactory(title="课\nBEGIN:VEVENT"), venue="楼\r\nSTATUS:CANCELLED;,\\")
    events = read(client.get(f"/runs/{run.pk}/calendar.ics"))
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED"]


def test_a_session_keeps_its_name_and_counts_up(client: Client) -> None:
    run = CourseRunFactory(sessions=2)
    office = UserFactory(superuser=True)
    before = read(client.get(f"/runs/{run.pk}/calendar.ics"))
    cancel_session(session=run.sessions.all()[1], by=office, reason="教师出差")
    after = read(client.get(f"/runs/{run.pk}/calendar.ics"))
    assert [event["UID"] for event in before] == [event["UID"] for event in after]
    assert [(event["SEQUENCE"], str(event["STATUS"]), str(event["TRANSP"])) for event in after] == [
        (0, "CONFIRMED", "OPAQUE"),
        (1, "CANCELLED", "TRANSPARENT"),
    ]
    assert ("教师出差" in str(after[1]["DESCRIPTION"]), after[1].decoded("last-modified").tzinfo is not None) == (
        True,
        True,
    )


def test_the_name_of_a_session_does_not_hang_on_the_host(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["inside.example", "outside.example"]
    settings.WAGTAILADMIN_BASE_URL = "https://training.example.gov.cn"
    run = CourseRunFactory()
    names = {
        str(read(client.get(f"/runs/{run.pk}/calendar.ics", headers={"host": host}))[0]["UID"])
        for host in settings.ALLOWED_HOSTS
    }
    assert names == {f"session-{run.sessions.get().pk}@training.example.gov.cn"}


def test_the_file_of_a_class_is_for_whoever_may_see_the_class(client: Client) -> None:
    shown, planned = CourseRunFactory(class_no="2026-XZ-01-01"), CourseRunFactory(planned=True)
    answers = [client.get(f"/runs/{run.pk}/calendar.ics") for run in (shown, planned)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0]["Content-Disposition"] == 'inline; filename="2026-XZ-01-01.ics"'


# The page


def test_the_page_needs_an_account(client: Client) -> None:
    assert client.get("/my/calendar/")["Location"].startswith("/accounts/login/")


def test_the_address_is_shown_once(client: Client, person: Any) -> None:
    client.force_login(person)
    empty = client.get("/my/calendar/")
    made = client.post("/my/calendar/", {"action": "make", "seen": "0"})
    found = re.search(r"http://testserver(/calendars/[\w-]{43}\.ics)", made.content.decode())
    assert found is not None
    assert client.get(found[1]).status_code == 200
    again = client.get("/my/calendar/")
    assert ["/calendars/" in page.content.decode() for page in (empty, made, again)] == [False, True, False]
    assert {page["Cache-Control"] for page in (empty, made, again)} == {"private, no-store"}
    # Browsers send a form of a page without a referrer with the origin "null", which is refused.
    assert empty["Referrer-Policy"] == "same-origin"


def test_sending_the_form_again_leaves_the_address_that_was_copied(client: Client, person: Any) -> None:
    client.force_login(person)
    made = client.post("/my/calendar/", {"action": "make", "seen": "0"}).content.decode()
    again = client.post("/my/calendar/", {"action": "make", "seen": "0"}).content.decode()
    address = re.search(r"/calendars/[\w-]+\.ics", made)
    assert address is not None
    assert (client.get(address[0]).status_code, "/calendars/" in again) == (200, False)


def test_taking_back(client: Client, person: Any, address: str) -> None:
    client.force_login(person)
    answer = client.post("/my/calendar/", {"action": "remove", "seen": "1"})
    assert (answer.status_code, answer["Location"], client.get(address).status_code) == (302, "/my/calendar/", 404)


@pytest.mark.parametrize("form", [{}, {"action": "else", "seen": "0"}, {"action": "make", "seen": "-1"}])
def test_a_form_that_says_nothing_changes_nothing(client: Client, person: Any, address: str, form: Any) -> None:
    client.force_login(person)
    assert client.post("/my/calendar/", form).status_code == 302
    assert client.get(address).status_code == 200


def test_a_visitor_is_led_to_the_file_and_a_person_to_the_page(client: Client, person: Any) -> None:
    run = CourseRunFactory()
    assert f'href="/runs/{run.pk}/calendar.ics"' in client.get(f"/runs/{run.pk}/").content.decode()
    client.force_login(person)
    assert 'href="/my/calendar/"' in client.get("/my/").content.decode()


def test_the_page_shows_when_the_address_was_made(client: Client, person: Any, address: str) -> None:
    client.force_login(person)
    assert f"{timezone.localdate():%Y-%m-%d}" in client.get("/my/calendar/").content.decode()
