"""Checking in over HTTP: from the screen of the room to the tick on the phone, with and without a session."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enums import CheckInPhase
from courses.models import AttendanceEvent, AttendanceRecord
from courses.services import codes
from courses.views import check_in as views
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
IN = CheckInPhase.ARRIVE
QUERIES = 10
SCREEN_QUERIES = 7
PASSWORD = "a-long-word-for-tests"


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, to be set by hand."""

    class Clock:
        at = timezone.now()

    monkeypatch.setattr(timezone, "now", lambda: Clock.at)
    return Clock


@pytest.fixture
def trainer():
    return UserFactory(name="王建平")


@pytest.fixture
def run(trainer, clock):
    return CourseRunFactory(now=clock.at, running=True, starts_at=clock.at + MINUTE, trainers=[trainer])


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def enrolled(run, learner):
    return EnrolmentFactory(run=run, person=learner)


def scan_address(session, at, phase=IN):
    return reverse("courses:check_in_scan", args=[codes.token(session.pk, phase, at)])


def done_address(session):
    return reverse("courses:checked_in", args=[session.pk])


def marks():
    return list(AttendanceRecord.objects.values_list("enrolment__person__name", "status", "minutes_late"))


# The scan


def test_one_scan_checks_in_whoever_is_signed_in(reader, session, enrolled, clock):
    response = reader.get(scan_address(session, clock.at))
    assert (response.status_code, response.headers["Location"]) == (302, done_address(session))
    assert "no-store" in response.headers["Cache-Control"]
    page = reader.get(done_address(session))
    assert "Checked in" in page.text
    assert "周晓梅" in page.text
    assert marks() == [("周晓梅", "present", 0)]


def test_late_people_read_by_how_much(reader, session, enrolled, clock):
    clock.at = session.starts_at + 4 * MINUTE
    page = reader.get(scan_address(session, clock.at), follow=True)
    assert "4 minutes late" in page.text


def test_scanning_twice_shows_the_same_page(reader, session, enrolled, clock):
    for _time in range(2):
        assert reader.get(scan_address(session, clock.at)).headers["Location"] == done_address(session)
    assert AttendanceEvent.objects.count() == 1


def test_an_old_code_still_leads_who_has_checked_in_to_the_tick(reader, visitor, session, enrolled, clock):
    old = scan_address(session, clock.at)
    reader.get(old)
    clock.at += MINUTE
    assert reader.get(old).headers["Location"] == done_address(session)
    assert visitor.get(old).status_code == 409


def test_a_slow_sign_in_counts_with_the_moment_of_the_scan(session, run, clock):
    person = UserFactory(password=PASSWORD)
    EnrolmentFactory(run=run, person=person)
    phone = Client()
    scanned = clock.at
    to_sign_in = phone.get(scan_address(session, scanned)).headers["Location"]
    assert to_sign_in.startswith(f"{reverse('account_login')}?next=/c/pass/")
    clock.at += 4 * MINUTE
    form = {"login": person.username, "password": PASSWORD}
    back = phone.post(to_sign_in, form).headers["Location"]
    assert phone.get(back).headers["Location"] == done_address(session)
    event = AttendanceEvent.objects.get()
    assert (event.status, event.happened_at, event.recorded_at) == ("present", scanned, clock.at)


def test_a_pass_dies_after_a_quarter_of_an_hour_and_a_new_scan_works(session, enrolled, learner, sign_in, clock):
    phone = Client()
    back = re.sub(r".*next=", "", phone.get(scan_address(session, clock.at)).headers["Location"]).replace("%3A", ":")
    clock.at += 16 * MINUTE
    phone.force_login(learner)
    assert phone.get(back).status_code == 409
    assert marks() == []
    assert phone.get(scan_address(session, clock.at)).status_code == 302


def test_a_pass_is_nobody_elses(session, run, enrolled, sign_in, clock):
    back = re.sub(r".*next=", "", Client().get(scan_address(session, clock.at)).headers["Location"]).replace("%3A", ":")
    other = EnrolmentFactory(run=run).person
    assert [sign_in(person).get(back).status_code for person in (enrolled.person, other)] == [302, 409]
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("wrong", ["nothing", "1.i.1.aaaaaaaaaaaaaaaa", "pass"])
def test_what_is_no_code_of_ours(reader, visitor, wrong):
    for client in (reader, visitor):
        assert client.get(f"/c/{wrong}/").status_code == 404
    assert reader.get("/c/pass/a:b/").status_code == 404


def test_too_early_says_when_and_leaves_nothing_behind(reader, session, enrolled, clock):
    clock.at = session.starts_at - 17 * MINUTE
    page = reader.get(scan_address(session, clock.at))
    opens = timezone.localtime(session.starts_at - 15 * MINUTE)
    assert page.status_code == 409
    assert f"{opens:%H:%M}" in page.text
    assert AttendanceEvent.objects.count() == 0
    clock.at += 2 * MINUTE
    assert reader.get(scan_address(session, clock.at)).status_code == 302


def test_who_is_not_in_the_class_hears_so_and_nothing_is_stored(reader, session, learner, clock):
    page = reader.get(scan_address(session, clock.at))
    assert (page.status_code, AttendanceEvent.objects.count()) == (409, 0)
    assert "周晓梅 is not on the list of this class" in page.text
    assert reader.get(done_address(session)).status_code == 404


def test_a_result_is_the_own_one_alone(reader, sign_in, session, run, enrolled, clock):
    reader.get(scan_address(session, clock.at))
    other = EnrolmentFactory(run=run).person
    assert sign_in(other).get(done_address(session)).status_code == 404


def test_the_session_of_a_good_code_may_be_gone(reader, enrolled, clock):
    assert reader.get(reverse("courses:check_in_scan", args=[codes.token(999_999, IN, clock.at)])).status_code == 404


def test_a_phone_is_known_again(reader, sign_in, session, run, enrolled, clock):
    reader.get(scan_address(session, clock.at))
    other = EnrolmentFactory(run=run).person
    reader.force_login(other)
    reader.get(scan_address(session, clock.at))
    assert AttendanceEvent.objects.values("device").distinct().count() == 1
    assert reader.cookies["device"]["httponly"]


def test_ten_queries_for_a_check_in(reader, session, enrolled, clock):
    with CaptureQueriesContext(connection) as caught:
        reader.get(scan_address(session, clock.at))
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= QUERIES, statements


# The digits


def typed(client, code):
    return client.post("/c/", {"code": code})


@pytest.mark.parametrize("form", ["{}", " {} ", "{0:.3} {1}"])
def test_the_digits_check_in_too(reader, session, enrolled, clock, form):
    code = codes.digits(session.pk, IN, clock.at)
    response = typed(reader, form.format(code, code[3:]))
    assert (response.status_code, response.headers["Location"]) == (302, done_address(session))
    assert AttendanceEvent.objects.get().source == "code"


def test_full_width_digits_are_as_good(reader, session, enrolled, clock):
    code = codes.digits(session.pk, IN, clock.at)
    assert typed(reader, "".join(chr(ord(one) + 0xFEE0) for one in code)).status_code == 302


def test_wrong_digits_are_counted_for_the_register(reader, session, enrolled, clock):
    good = codes.digits(session.pk, IN, clock.at)
    wrong = str((int(good) + 1) % 10**6).zfill(6)
    assert [typed(reader, code).status_code for code in (wrong, wrong, "12", good)] == [422, 422, 422, 302]
    assert AttendanceEvent.objects.get().client_id.startswith("in-code2.")


def test_digits_of_a_class_of_others_are_worth_nothing(reader, session, run, clock):
    EnrolmentFactory(run=run)
    assert typed(reader, codes.digits(session.pk, IN, clock.at)).status_code == 422
    assert AttendanceEvent.objects.count() == 0


def test_guessing_is_slowed_down_by_person_not_by_address(reader, sign_in, session, run, enrolled, clock):
    answers = [typed(reader, "000000").status_code for _try in range(views.TRIES.most + 1)]
    assert answers[-1] == 429
    other = EnrolmentFactory(run=run).person
    assert typed(sign_in(other), codes.digits(session.pk, IN, clock.at)).status_code == 302


def test_the_form_asks_for_a_sign_in(visitor):
    assert visitor.get("/c/").headers["Location"] == f"{reverse('account_login')}?next=/c/"


# The screen


def test_the_screen_is_for_who_keeps_the_register(visitor, reader, sign_in, trainer, office, session, enrolled):
    for name in ("screen", "screen_now"):
        address = reverse(f"courses:{name}", args=[session.pk])
        answers = [client.get(address).status_code for client in (visitor, reader, sign_in(trainer), sign_in(office))]
        assert answers == [302, 404, 200, 200]


def test_the_screen_shows_the_code_of_now_and_asks_again_in_time(sign_in, trainer, session, clock):
    page = sign_in(trainer).get(reverse("courses:screen", args=[session.pk]))
    code = codes.digits(session.pk, IN, clock.at)
    assert f"{code[:3]} {code[3:]}" in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert 0 < int(re.search(r'data-again="(\d+)"', page.text)[1]) <= 3000


def test_a_screen_that_slept_shows_the_code_of_the_server_at_once(sign_in, trainer, session, clock):
    browser, address = sign_in(trainer), reverse("courses:screen_now", args=[session.pk])
    seen = set()
    for _minute in range(3):
        seen.add(re.search(r'room__digits">([\d ]+)<', browser.get(address).text)[1])
        clock.at += 10 * MINUTE
    assert len(seen) == 3


@pytest.mark.parametrize(("minutes", "words"), [(-30, "opens at"), (0, "Scan to check in"), (200, "is over")])
def test_the_screen_says_what_time_it_is_for(sign_in, trainer, session, clock, minutes, words):
    clock.at = session.starts_at + minutes * MINUTE
    page = sign_in(trainer).get(reverse("courses:screen_now", args=[session.pk]))
    assert words in page.text
    assert ("<svg" in page.text) == (minutes == 0)


def test_the_screen_turns_to_leaving_near_the_end(sign_in, trainer, session, run, clock):
    type(run).objects.filter(pk=run.pk).update(check_out=True)
    clock.at = session.ends_at - 10 * MINUTE
    page = sign_in(trainer).get(reverse("courses:screen_now", args=[session.pk]))
    assert "Scan to check out" in page.text


def test_names_on_the_wall_are_short_unless_the_class_says_otherwise(
    reader, sign_in, trainer, session, run, enrolled, clock
):
    reader.get(scan_address(session, clock.at))
    browser, address = sign_in(trainer), reverse("courses:screen_now", args=[session.pk])
    page = browser.get(address).text
    assert ("周*" in page, "周晓梅" in page) == (True, False)
    type(run).objects.filter(pk=run.pk).update(mask_names=False)
    assert "周晓梅" in browser.get(address).text


@pytest.mark.parametrize("people", [1, 12])
def test_constant_queries_for_the_screen(sign_in, trainer, session, run, clock, people):
    for _person in range(people):
        sign_in(EnrolmentFactory(run=run).person).get(scan_address(session, clock.at))
    browser = sign_in(trainer)
    with CaptureQueriesContext(connection) as caught:
        browser.get(reverse("courses:screen_now", args=[session.pk]))
    assert len(caught) == SCREEN_QUERIES, [query["sql"] for query in caught]
