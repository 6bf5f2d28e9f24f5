"""Hours taught: only one's own sessions that are over, by the hour of 45 minutes; the table says the same."""

import datetime
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone

from courses.enums import RunStatus
from courses.models import ClassSession, CourseRun
from courses.selectors.hours_taught import hours_taught, study_hours, years_taught
from tests.factories import ClassSessionFactory, CoursePageFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 6, 1, 4, 0, tzinfo=datetime.UTC)
ADDRESS = "/teach/hours/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def trainer():
    return UserFactory(name="刘海燕")


def taught(trainer, title="调解实务", days=10, minutes=(90,), **kwargs):
    run = CourseRunFactory(
        course=CoursePageFactory(title=title), starts_at=NOW - days * DAY, sessions=0, now=NOW - 900 * DAY, **kwargs
    )
    for number, length in enumerate(minutes):
        start = NOW - days * DAY + number * DAY
        ClassSessionFactory(run=run, starts_at=start, ends_at=start + length * MINUTE, trainers=[trainer])
    return run


def record(trainer, year=2026):
    return [(one.course.title, one.minutes, one.hours) for one in hours_taught(trainer, year, NOW)]


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, "0"), (22, "0"), (23, "0.5"), (44, "0.5"), (45, "1"), (60, "1"), (90, "2"), (134, "2.5")]
)
def test_an_hour_is_45_minutes_rounded_down_to_half(minutes, hours):
    assert study_hours(minutes) == Decimal(hours)


def test_hours_are_rounded_session_by_session(trainer):
    taught(trainer, minutes=(60, 60, 60))
    assert record(trainer) == [("调解实务", 180, Decimal(3))]


def test_only_what_is_over_or_closed(trainer):
    run = taught(trainer, days=1, minutes=(90, 80, 70))
    assert record(trainer) == [("调解实务", 90, Decimal(2))]
    second = run.sessions.all()[1]
    ClassSession.objects.filter(pk=second.pk).update(closed_at=NOW)
    assert record(trainer) == [("调解实务", 170, Decimal("3.5"))]


def test_cancelled_sessions_and_classes_are_left_out(trainer):
    run = taught(trainer, minutes=(90, 90))
    ClassSession.objects.filter(pk=run.sessions.first().pk).update(cancelled_at=NOW)
    assert record(trainer) == [("调解实务", 90, Decimal(2))]
    for status in (RunStatus.CANCELLED, RunStatus.POSTPONED):
        CourseRun.objects.filter(pk=run.pk).update(status=status)
        assert record(trainer) == []


def test_not_what_others_teach_and_not_what_one_supervises(trainer):
    taught(UserFactory(), title="别人的课", supervisor=trainer)
    assert record(trainer) == []


def test_two_trainers_both_have_the_whole_session(trainer):
    run, other = taught(trainer), UserFactory(name="陈静")
    run.sessions.get().trainers.add(other)
    assert [one.sessions[0].others for one in hours_taught(trainer, 2026, NOW)] == [["陈静"]]
    assert record(other) == record(trainer) == [("调解实务", 90, Decimal(2))]


def test_a_year_begins_at_midnight_in_shanghai(trainer):
    run = taught(trainer)
    start = datetime.datetime(2025, 12, 31, 16, 30, tzinfo=datetime.UTC)
    ClassSession.objects.filter(run=run).update(starts_at=start, ends_at=start + 90 * MINUTE)
    assert record(trainer) == [("调解实务", 90, Decimal(2))]
    assert years_taught(trainer, NOW) == [2026]
    ClassSession.objects.filter(run=run).update(starts_at=start - 60 * MINUTE)
    assert record(trainer) == []
    assert years_taught(trainer, NOW) == [2026, 2025]


def test_the_page_sums_up_and_leads_to_open_registers(sign_in, trainer):
    taught(trainer, minutes=(90, 60))
    open_run = taught(trainer, title="法律援助", minutes=(45,))
    ClassSession.objects.exclude(run=open_run).update(closed_at=NOW)
    page = sign_in(trainer).get(ADDRESS).text
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page) == [
        ("Credit hours", "4.0"),
        ("Sessions", "3"),
        ("Minutes", "195"),
    ]
    assert re.findall(r"/teach/sessions/(\d+)/", page) == [str(open_run.sessions.get().pk)]
    assert f'href="{ADDRESS}"' in sign_in(trainer).get("/teach/").text


def test_the_table_says_the_same(sign_in, trainer):
    run = taught(trainer, minutes=(90,), title="=调解")
    answer = sign_in(trainer).get("/teach/hours.xlsx", {"year": "2026"})
    assert answer["Content-Disposition"] == 'attachment; filename="teaching-2026.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "2026年授课记录（刘海燕）"
    assert rows[2] == (1, "=调解", run.class_no, "2026-05-22", "12:00–13:30", None, None, "未关闭", 90, "2.0")
    assert rows[3][1:3] == ("合计", "1次")
    assert rows[3][8:] == (90, "2.0")


def test_who_teaches_nothing_has_no_such_page(reader, learner):
    EnrolmentFactory(run=taught(UserFactory()), person=learner)
    for address in (ADDRESS, "/teach/hours.xlsx"):
        assert reader.get(address).status_code == 404


@pytest.mark.parametrize("sessions", [1, 12])
def test_the_same_queries_for_any_number(django_assert_num_queries, trainer, sessions):
    taught(trainer, days=30, minutes=[90] * sessions)
    with django_assert_num_queries(2):
        assert len(hours_taught(trainer, 2026, NOW)[0].sessions) == sessions
