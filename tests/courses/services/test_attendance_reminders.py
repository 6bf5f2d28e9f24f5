"""Reminding people of low attendance: who is written to, what the letter says, once a day, written down."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.errors import ChangeRefused
from courses.models import Enrolment
from courses.selectors.attendance_totals import Period
from courses.services.attendance import close_register, mark
from courses.services.attendance_reminders import Reminded, remind_of_attendance
from messaging.models import Delivery, Message
from messaging.services.inbox import save_preferences
from people.services.roles import sync_roles
from tests.courses.backoffice.helpers import say
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
NOW = datetime.datetime(2026, 6, 1, 4, 0, tzinfo=datetime.UTC)
PERIOD = Period(datetime.date(2026, 1, 1), datetime.date(2026, 6, 1))


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def reader(name):
    """Somebody who reads letters in the words of the code."""
    person = UserFactory(name=name)
    save_preferences(person=person, language="en")
    return person


@pytest.fixture
def office():
    sync_roles()
    return person_with("office", name="陈静")


@pytest.fixture
def run():
    course = CoursePageFactory(title="调解实务")
    return CourseRunFactory(
        course=course, class_no="2026-TJ-1", starts_at=NOW - 10 * DAY, sessions=5, now=NOW - 30 * DAY
    )


def sat(run, *rows):
    """Mark the people in each session, then close it: one tuple of (enrolment, status) pairs for each session."""
    trainer = UserFactory()
    for session, pairs in zip(run.sessions.all(), rows, strict=False):
        marks = [{"enrolment": one, "status": status, "happened_at": session.starts_at} for one, status in pairs]
        mark(session=session, marks=marks, by=trainer, at=session.ends_at)
        close_register(session=session, by=trainer, at=session.ends_at, rest="absent")


@pytest.fixture
def low(run):
    """Four sessions of five attended are 80 %; this person attended three, once on leave and once absent."""
    low = EnrolmentFactory(run=run, person=reader("王建平"))
    fine = EnrolmentFactory(run=run, person=reader("周晓梅"))
    statuses = ["present", "on_leave", "present", "present", "absent"]
    sat(run, *([(low, one), (fine, "present" if one != "absent" else "absent")] for one in statuses))
    return low


def remind(by, below=80, at=NOW, **kwargs):
    return remind_of_attendance(
        enrolments=kwargs.pop("enrolments", Enrolment.objects.all()), period=PERIOD, below=below, by=by, at=at, **kwargs
    )


def letters():
    return [(row.person.name, row.subject) for row in Message.objects.filter(kind="attendance_low").order_by("pk")]


def test_who_is_below_is_written_to_and_nobody_else(low, office):
    assert remind(office) == Reminded(told=1, before=0)
    assert letters() == [("王建平", "Your attendance so far: 60 %")]


def test_the_share_is_a_choice(low, office):
    assert remind(office, below=81) == Reminded(told=2, before=0)
    assert letters() == [("王建平", "Your attendance so far: 60 %"), ("周晓梅", "Your attendance so far: 80 %")]


def test_the_letter_says_what_was_missed_where_to_make_it_up_and_whom_to_ask(low, office):
    CourseRunFactory(course=low.run.course, class_no="2026-TJ-2", starts_at=NOW + 9 * DAY, now=NOW)
    CourseRunFactory(course=low.run.course, class_no="2026-TJ-3", starts_at=NOW + 19 * DAY, now=NOW)
    CourseRunFactory(class_no="2026-XX-1", starts_at=NOW + 9 * DAY, now=NOW)
    remind(office)
    letter = Message.objects.get(kind="attendance_low")
    assert letter.body.replace("\u2060", "").split("\n") == [
        "王建平, from 1 Jan 2026 to 1 Jun 2026 you attended 360 of 600 minutes, that is 60 %.",
        "You missed these sessions:",
        "Tue 26 May, 12:00–14:00  调解实务 (2026-TJ-1)",
        "Sat 23 May, 12:00–14:00  调解实务 (2026-TJ-1)",
        "It can be made up in another class of the same course. Sign up on the site for:",
        "调解实务 (2026-TJ-2), begins on Wed 10 Jun",
        "If the register is wrong, if you attended elsewhere, or if something keeps you from coming, "
        "please speak to 陈静 in the training office.",
    ]
    assert letter.url == "/my/attendance/?year=2026"
    assert Delivery.objects.filter(message=letter).count() == 1


def test_without_a_coming_class_it_says_so(low, office):
    remind(office)
    assert "None is announced yet; please ask us." in Message.objects.get(kind="attendance_low").body


def test_who_came_late_again_and_again_reads_that(office, run):
    late = EnrolmentFactory(run=run, person=reader("周晓梅"))
    session, trainer = run.sessions.first(), UserFactory()
    marks = [{"enrolment": late, "status": "late", "happened_at": session.starts_at + 15 * MINUTE}]
    mark(session=session, marks=marks, by=trainer, at=session.ends_at)
    close_register(session=session, by=trainer, at=session.ends_at)
    remind(office, below=90)
    body = Message.objects.get(kind="attendance_low").body
    assert "Minutes are missing because of coming late or leaving early; please come in time." in body
    assert "You missed" not in body


def test_once_a_day_by_whomever(low, office):
    other = person_with("office")
    remind(office)
    assert remind(other) == Reminded(told=0, before=1)
    assert remind(other, at=NOW + 11 * 60 * MINUTE) == Reminded(told=0, before=1)
    assert remind(other, at=NOW + 12 * 60 * MINUTE) == Reminded(told=1, before=0)  # midnight in Shanghai
    assert len(letters()) == 2


def test_only_those_named(low, office):
    rows = {"below": 100, "people": [low.person_id]}
    assert remind(office, **rows) == Reminded(told=1, before=0)
    assert [name for name, _ in letters()] == ["王建平"]


def test_only_of_the_enrolments_given(low, office):
    with pytest.raises(ChangeRefused):
        remind(office, enrolments=Enrolment.objects.exclude(pk=low.pk))
    assert letters() == []


def test_who_is_no_longer_below_is_not_written_to(low, office):
    with pytest.raises(ChangeRefused) as refused:
        remind(office, below=60, people=[low.person_id])
    assert refused.value.message == say("Nobody on this list is below that share any more.")
    assert letters() == []


@pytest.mark.parametrize("role", ["clerk", "unit_head", "leader", "auditor", "trainer"])
def test_only_the_office_reminds(low, office, role):
    with pytest.raises(ChangeRefused) as refused:
        remind(person_with(role))
    assert refused.value.message == say("Only the training office reminds people of their attendance.")
    assert letters() == []


def test_it_is_written_down_for_each_person(low, office):
    remind(office)
    remind(office)
    (entry,) = ModelLogEntry.objects.filter(action="courses.attendance_reminded")
    assert (entry.object_id, entry.user) == (str(low.person_id), office)
    assert entry.data == {"first": "2026-01-01", "last": "2026-06-01", "below": 80, "share": 60}


@pytest.mark.parametrize("people", [1, 8])
def test_the_same_queries_for_any_number(django_assert_num_queries, run, office, people):
    rows = [EnrolmentFactory(run=run) for _ in range(people)]
    sat(run, [(row, "absent") for row in rows])
    office.has_perm("courses.manage_enrolments")
    with django_assert_num_queries(15):
        assert remind(office).told == people
