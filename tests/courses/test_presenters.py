"""How states are worded: the one button, dates, the counters of the register."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from courses.presenters import dates, signup
from courses.presenters.register import counters
from courses.presenters.runs import views_of
from courses.selectors.teaching import register
from courses.services import attendance
from tests.factories import CourseRunFactory, EnrolmentFactory, ProfessionFactory, UserFactory

DAY = datetime.timedelta(days=1)
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def offer(run, person):
    run.refresh_from_db()
    return views_of([run], person, timezone.now())[0].offer


# The button


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "label", "action"),
    [
        ({}, "Sign up", "enrol"),
        ({"full": True}, "Join the waiting list (0 ahead)", "enrol"),
        ({"approval_required": True}, "Apply for a seat", "enrol"),
        ({"closed": True}, "Sign-up has closed", ""),
        ({"running": True}, "The class has begun", ""),
        ({"concluded": True}, "The class is over", ""),
        ({"planned": True}, "Not open yet", ""),
        ({"postponed": True}, "Postponed", ""),
        ({"cancelled": True}, "Cancelled", ""),
        ({"full": True, "waitlist_enabled": False}, "All seats are taken", ""),
    ],
)
def test_button_says_what_pressing_it_does(state, label, action):
    said = offer(CourseRunFactory(**state), UserFactory())

    assert (said.label, said.action, said.enabled) == (label, action, bool(action))


@pytest.mark.django_db
def test_button_counts_those_ahead():
    run = CourseRunFactory(full=True)
    for _ in range(3):
        EnrolmentFactory(run=run, waitlisted=True)

    assert offer(run, UserFactory()).label == "Join the waiting list (3 ahead)"


@pytest.mark.django_db
def test_button_names_the_day_on_which_sign_up_opens():
    run = CourseRunFactory(coming=True)

    assert offer(run, UserFactory()).label == f"Sign-up opens on {dates.day(run.sign_up_opens_at)}"


@pytest.mark.django_db
def test_button_names_the_class_that_clashes_and_the_way_out():
    person = UserFactory()
    mine = EnrolmentFactory(person=person).run

    said = offer(CourseRunFactory(starts_at=mine.starts_at), person)

    assert said.label == f"Clashes with “{mine.course.title}” on {_moment(mine.sessions.get().starts_at)}."
    assert said.hint == "Withdraw from the other class first, or choose another date."


@pytest.mark.django_db
def test_hint_tells_the_first_reason_and_the_next_step():
    run = CourseRunFactory(professions=[ProfessionFactory()], units=[UserFactory().unit])

    said = offer(run, UserFactory())

    assert said.label == "Not for your profession"
    assert said.hint == (
        "This class is for other professions than yours. "
        "Ask the training office if your professions are not recorded correctly."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "label"),
    [
        ({}, "Signed up · see details"),
        ({"waitlisted": True}, "Number 1 on the waiting list · see details"),
        ({"requested": True}, "Waiting for approval · see details"),
        ({"completed": True}, "Completed · see details"),
        ({"offered": True}, "A seat is kept for you · see details"),
        ({"status": "not_completed"}, "Not completed · see details"),
    ],
)
def test_button_of_somebody_in_the_class_leads_to_it(state, label):
    enrolment = EnrolmentFactory(**state)

    said = offer(enrolment.run, enrolment.person)

    assert (said.label, said.action) == (label, "see")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "label", "action"),
    [
        ({}, "Sign in to sign up", "sign_in"),
        ({"full": True}, "Sign in to sign up", "sign_in"),
        ({"full": True, "waitlist_enabled": False}, "All seats are taken", ""),
        ({"closed": True}, "Sign-up has closed", ""),
        ({"running": True}, "The class has begun", ""),
        ({"postponed": True}, "Postponed", ""),
    ],
)
def test_button_for_a_visitor_goes_by_the_calendar(state, label, action):
    said = offer(CourseRunFactory(**state), AnonymousUser())

    assert (said.label, said.action) == (label, action)


@pytest.mark.django_db
def test_visitor_and_member_are_refused_with_the_same_words():
    """The visitor's words come from the state alone; they must not drift from those of the rules."""
    person = UserFactory()
    for state in ("closed", "running", "finished", "postponed", "cancelled", "planned", "coming"):
        run = CourseRunFactory(**{state: True})
        assert offer(run, AnonymousUser()).label == offer(run, person).label


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taken", "waiting", "words"),
    [(0, 0, "2 seats free"), (1, 0, "1 seat free"), (2, 0, "Full"), (2, 1, "Full, 1 person waits")],
)
def test_seats_in_words(taken, waiting, words):
    run = CourseRunFactory(capacity=2)
    for _ in range(taken):
        EnrolmentFactory(run=run)
    for _ in range(waiting):
        EnrolmentFactory(run=run, waitlisted=True)

    assert signup.seats(run) == words


# Dates


def _moment(moment):
    local = timezone.localtime(moment)
    return f"{local:%b} {local.day}, {local:%H:%M}"


def at(day, hour=17, minute=40):
    year = timezone.localdate().year
    return datetime.datetime(year, 12, day, hour, minute, tzinfo=SHANGHAI)


def test_span_stays_on_one_line():
    assert dates.span(at(3), at(3, 19, 10)) == f"{dates.weekday(at(3))}, 17:40\u2060–\u206019:10"


def test_day_says_the_year_only_if_it_is_another():
    assert dates.day(at(3)) == "3 Dec"
    assert dates.day(datetime.date(2019, 12, 3)) == "3 Dec 2019"


def test_day_is_that_of_shanghai():
    late = datetime.datetime(2019, 12, 31, 17, 0, tzinfo=datetime.UTC)

    assert dates.weekday(late) == "Wed 1 Jan 2020"


def test_period_names_both_ends():
    assert dates.period(at(3), at(5, 19)) == f"{dates.weekday(at(3))} to {dates.weekday(at(5))}"
    assert dates.period(at(3), at(3, 19)) == dates.span(at(3), at(3, 19))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at(3, 17, 40), "Under way now"),
        (at(3, 19, 10), "Over"),
        (at(3, 17, 15), "in 26 minutes"),
        (at(3, 8), "Today"),
        (at(2, 23, 50), "Tomorrow"),
        (at(1, 18), "in 2 days"),
    ],
)
def test_countdown_in_words(now, words):
    assert dates.countdown(at(3), at(3, 19, 10), now) == words


def test_countdown_across_midnight_is_in_minutes():
    assert dates.countdown(at(3, 0, 10), at(3, 1), at(2, 23, 50)) == "Tomorrow"


# The register


@pytest.mark.django_db
def test_counters_add_up():
    run = CourseRunFactory(running=True, capacity=60)
    session = run.sessions.get()
    statuses = ["present", "late", "left_early", "on_leave", "official_duty", "absent", "cleared"]
    marks = [{"enrolment": EnrolmentFactory(run=run), "status": status} for status in statuses]
    attendance.mark(session=session, marks=marks, by=UserFactory())
    EnrolmentFactory(run=run)

    count = {one.code: one.count for one in counters(register(session))}

    assert count == {"expected": 8, "here": 3, "late": 1, "excused": 2, "absent": 1, "unmarked": 2}
    assert count["expected"] == count["here"] + count["excused"] + count["absent"] + count["unmarked"]
