"""Clocks that are wrong, R-12: the server's is the only one that is asked. Screen, scan, sign-in and pass over HTTP.

The laptop and the phone are a browser each: their clocks stand in no request, so to be wrong by an hour changes
nothing but what their owners see. What can be wrong is when they ask, and the server's own clock.
"""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.enums import CheckInPhase
from courses.models import AttendanceEvent
from courses.presenters.screen import Screen
from courses.services import codes
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
IN = CheckInPhase.ARRIVE
SECOND = datetime.timedelta(seconds=1)
PASSWORD = "a-long-word-for-tests"
NOON = datetime.datetime(2026, 11, 28, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        at = NOON

        def wait(self, seconds):
            self.at += seconds * SECOND

    found = Clock()
    monkeypatch.setattr(timezone, "now", lambda: found.at)
    return found


@pytest.fixture
def session(clock):
    run = CourseRunFactory(now=NOON, running=True, starts_at=NOON + 300 * SECOND, trainers=[UserFactory()])
    return run.sessions.get()


@pytest.fixture
def person(session):
    holder = UserFactory(password=PASSWORD)
    EnrolmentFactory(run=session.run, person=holder)
    return holder


def phone_of(person):
    phone = Client()
    phone.force_login(person)
    return phone


def look(session, clock):
    """What the picture on the screen says that was asked for now."""
    return Screen(session, clock.at, "https://training.example", "/c/"), codes.token(session.pk, IN, clock.at)


def scan(phone, text, **headers):
    return phone.get(reverse("courses:check_in_scan", args=[text]), **headers)


def came(response, session):
    return response.status_code == 302 and response.headers["Location"] == reverse(
        "courses:checked_in", args=[session.pk]
    )


@pytest.mark.parametrize(
    "date", ["Sat, 28 Nov 2026 03:00:00 GMT", "Sat, 28 Nov 2026 05:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
@pytest.mark.parametrize("seconds", [0, 5, 9, 14, 19])
def test_what_a_phone_or_a_laptop_takes_for_the_time_is_not_asked(clock, session, person, date, seconds):
    _screen, text = look(session, clock)
    clock.wait(seconds)
    assert came(scan(phone_of(person), text, headers={"date": date, "if-modified-since": date}), session)
    assert AttendanceEvent.objects.get().happened_at == clock.at


@pytest.mark.parametrize("jump", [-30, -20, -10, -1])
def test_a_server_clock_set_back_loses_no_honest_scan(clock, session, person, jump):
    _screen, text = look(session, clock)
    clock.wait(5)
    clock.wait(jump)
    assert came(scan(phone_of(person), text), session)


@pytest.mark.parametrize("jump", [10, 20, 30])
def test_a_server_clock_set_forward_costs_one_scan_at_most(clock, session, person, jump):
    _screen, text = look(session, clock)
    clock.wait(5 + jump)
    phone = phone_of(person)
    first = scan(phone, text)
    assert first.status_code == (302 if jump == 10 else 409)
    _screen, text = look(session, clock)
    assert came(scan(phone, text), session)


@pytest.mark.parametrize("jump", [-30, 30])
def test_a_clock_that_jumps_while_somebody_signs_in(clock, session, person, jump):
    _screen, text = look(session, clock)
    phone = Client()
    there = scan(phone, text).headers["Location"]
    clock.wait(60 + jump)
    back = phone.post(there, {"login": person.username, "password": PASSWORD}).headers["Location"]
    assert came(phone.get(back), session)


@pytest.mark.parametrize("number", range(20))
def test_a_screen_loaded_anew_again_and_again_shows_a_good_code(clock, session, person, number):
    for _reload in range(number + 1):
        clock.wait(0.7)
        _screen, text = look(session, clock)
    assert came(scan(phone_of(person), text), session)


@pytest.mark.parametrize("slept", [60, 600, 3000])
def test_a_tab_that_slept_shows_the_code_of_now_with_its_first_question(clock, session, person, slept):
    _screen, old = look(session, clock)
    clock.wait(slept)
    phone = phone_of(person)
    assert scan(phone, old).status_code == 409
    _screen, text = look(session, clock)
    assert came(scan(phone, text), session)


@pytest.mark.parametrize("seconds", [20, 21, 30, 60, 300, 3600])
def test_a_photograph_older_than_two_steps_is_worth_nothing(clock, session, person, seconds):
    _screen, text = look(session, clock)
    clock.wait(seconds)
    for client in (Client(), phone_of(person)):
        assert scan(client, text).status_code == 409
    assert AttendanceEvent.objects.count() == 0


@pytest.mark.parametrize("minutes", [0, 1, 4, 10, 14])
def test_a_slow_sign_in_counts_with_the_scan(clock, session, person, minutes):
    _screen, text = look(session, clock)
    phone = Client()
    there = scan(phone, text).headers["Location"]
    clock.wait(60 * minutes)
    back = phone.post(there, {"login": person.username, "password": PASSWORD}).headers["Location"]
    assert came(phone.get(back), session)
    event = AttendanceEvent.objects.get()
    assert (event.status, event.happened_at) == ("present", NOON)


@pytest.mark.parametrize("early", [1, 60, 120, 3600])
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_early_scan_says_when_and_the_next_one_works(clock, session, person, early, signed_in):
    opens = session.starts_at - 900 * SECOND
    clock.at = opens - early * SECOND
    screen, text = look(session, clock)
    assert screen.state == "early"
    phone = phone_of(person) if signed_in else Client()
    answer = scan(phone, text)
    if not signed_in:
        back = phone.post(answer.headers["Location"], {"login": person.username, "password": PASSWORD}).headers[
            "Location"
        ]
        answer = phone.get(back)
    assert answer.status_code == 409
    assert "11:50" in answer.text  # in Shanghai
    clock.at = opens
    assert came(scan(phone, look(session, clock)[1]), session)
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("seconds", [0, 1, 9.5, 10, 55])
def test_the_screen_asks_again_before_its_code_has_gone_by(clock, session, seconds):
    clock.wait(seconds)
    screen, text = look(session, clock)
    assert 0 < screen.milliseconds <= 3000
    later = clock.at + (screen.milliseconds / 1000 + 10) * SECOND
    assert codes.read_token(text, min(later, clock.at + 10 * SECOND)).session == session.pk
