"""One's own attendance on the site: each session in plain words, what can be done, and nothing of anybody else."""

import datetime
import re

import pytest
from django.urls import reverse

from courses.enums import LeaveKind
from courses.models import ClassSession, LeaveRequest
from courses.services.attendance import close_register, mark
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
ADDRESS = "/my/attendance/"


@pytest.fixture
def now():
    return datetime.datetime(2026, 6, 1, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("courses.views.attendance.timezone.now", lambda: now)


@pytest.fixture
def run(now):
    course = CoursePageFactory(title="调解实务")
    return CourseRunFactory(course=course, starts_at=now - 10 * DAY, sessions=4, now=now - 30 * DAY)


@pytest.fixture
def mine(run, learner):
    return EnrolmentFactory(run=run, person=learner)


def sat(enrolment, number, status, minutes=0, *, close=True):
    session, trainer = enrolment.run.sessions.all()[number], UserFactory()
    marks = [{"enrolment": enrolment, "status": status, "happened_at": session.starts_at + minutes * MINUTE}]
    mark(session=session, marks=marks, by=trainer, at=session.ends_at)
    if close:
        close_register(session=session, by=trainer, at=session.ends_at, rest="absent")
    return session


def words(page):
    """What stands on the page, without the drawing and the white space."""
    text = re.sub(r"<svg.*?</svg>", "", page.text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def figures(page):
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.text))


def test_each_session_says_what_stands_in_the_register(reader, mine):
    sat(mine, 0, "late", 5)
    sat(mine, 1, "late", 30)
    sat(mine, 2, "absent", close=False)
    page = reader.get(ADDRESS)
    assert figures(page) == {
        "Share attended": "47 %", "Sessions": "2", "Attended": "1", "Minutes that count": "115", "Not closed yet": "2",
    }  # fmt: skip
    said = words(page)
    assert "Late 5 minutes late. 115 / 120" in said
    assert "Late 30 minutes late. That was too much: the session counts as missed. 0 / 120" in said
    assert "Absent The register is not closed yet; this may still change. —" in said
    assert "Not marked yet —" in said


def test_more_than_a_seventh_is_said_and_nothing_follows_by_itself(reader, mine):
    sat(mine, 0, "on_leave")
    page = words(reader.get(ADDRESS))
    assert "25 % of this class is missed, more than a seventh (68 minutes). Nothing follows by itself" in page


def test_what_was_missed_leads_to_the_next_class_of_the_course(reader, mine, now):
    sat(mine, 0, "absent")
    nowhere = "None is planned at the moment; the training office will tell you."
    assert nowhere in words(reader.get(ADDRESS))
    CourseRunFactory(starts_at=now + 5 * DAY, now=now)
    CourseRunFactory(course=mine.run.course, starts_at=now + 9 * DAY, now=now)
    soon = CourseRunFactory(course=mine.run.course, starts_at=now + 5 * DAY, now=now)
    page = reader.get(ADDRESS)
    assert f'<a href="{reverse("courses:run", args=[soon.pk])}">{soon.class_no}</a>' in page.text
    assert nowhere not in words(page)


def test_who_missed_nothing_is_told_nothing_of_make_ups(reader, mine):
    sat(mine, 0, "present")
    assert "can be made up" not in words(reader.get(ADDRESS))


def test_leave_can_be_asked_for_where_it_applies(reader, learner, now):
    run = CourseRunFactory(starts_at=now + DAY, sessions=3, now=now)
    mine = EnrolmentFactory(run=run, person=learner)
    first, second, third = run.sessions.all()
    LeaveRequest.objects.create(enrolment=mine, session=second, kind=LeaveKind.SICK, reason="门诊")
    ClassSession.objects.filter(pk=third.pk).update(cancelled_at=now)
    page = reader.get(ADDRESS)
    assert re.findall(r"/my/leave/(\d+)/ask/", page.text) == [str(first.pk)]
    said = words(page)
    assert "You asked for leave; no answer yet My requests" in said
    assert "Cancelled" in said


def test_nothing_of_others_and_nothing_of_classes_one_was_not_in(reader, run, mine, learner):
    other = EnrolmentFactory(run=run, person=UserFactory(name="别人"))
    sat(other, 0, "on_leave", close=False)
    elsewhere = CourseRunFactory(course=CoursePageFactory(title="别的课程"), finished=True)
    EnrolmentFactory(run=elsewhere, person=learner, withdrawn=True)
    said = words(reader.get(ADDRESS))
    assert "别人" not in said
    assert "On leave" not in said.split("In the register")[1]
    assert "别的课程" not in said


def test_another_year_can_be_chosen(reader, mine, learner, now):
    last = CourseRunFactory(course=CoursePageFactory(title="去年的课"), starts_at=now - 365 * DAY, now=now - 400 * DAY)
    EnrolmentFactory(run=last, person=learner)
    page = reader.get(ADDRESS)
    assert re.findall(r'href="\?year=(\d+)"( aria-current="page")?', page.text) == [
        ("2026", ' aria-current="page"'), ("2025", ""),
    ]  # fmt: skip
    assert "去年的课" not in page.text
    before = reader.get(ADDRESS, {"year": "2025"})
    assert "去年的课" in before.text
    assert "调解实务" not in before.text
    for wrong in ("1999", "x", "20252025"):
        assert "调解实务" in reader.get(ADDRESS, {"year": wrong}).text


def test_the_drawing_has_a_name_and_no_style_of_its_own(reader, mine):
    sat(mine, 0, "present")
    sat(mine, 1, "absent")
    page = reader.get(ADDRESS).text
    drawing = re.search(r"<svg class=\"bars__drawing\".*?</svg>", page, re.S).group()
    assert 'role="img" aria-labelledby="own-title own-desc"' in drawing
    assert '<title id="own-title">My attendance in 2026, class by class</title>' in drawing
    assert "调解实务: 50 %</desc>" in drawing
    assert re.findall(r'bars__piece--(\S+)" x="(\S+)" y="24" width="(\S+)"', drawing) == [
        ("earned", "0.0", "159.0"), ("missed", "160.0", "159.0"),
    ]  # fmt: skip
    assert "style=" not in drawing


def test_who_was_in_no_class_reads_so(reader):
    assert "Nothing to show for this year" in reader.get(ADDRESS).text


def test_my_training_leads_there(reader):
    assert f'href="{ADDRESS}"' in reader.get("/my/").text


@pytest.mark.parametrize("classes", [1, 6])
def test_the_page_asks_the_same_few_questions(django_assert_num_queries, reader, learner, now, classes):
    for number in range(classes):
        run = CourseRunFactory(starts_at=now - (20 + number) * DAY, sessions=2, now=now - 50 * DAY)
        mine = EnrolmentFactory(run=run, person=learner)
        sat(mine, 0, "absent")
    reader.get(ADDRESS)
    with django_assert_num_queries(22):
        reader.get(ADDRESS)
