"""A load on a Saturday of another year: dates move, class numbers follow the year."""

import datetime

import pytest
from django.utils import timezone

from core.invariants import faults
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from home.demo import source
from home.demo.workdays import Workdays
from home.models import NoticePage
from people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("saturday"), pytest.mark.xdist_group("demo_saturday")]
MONDAY = datetime.date(2027, 1, 4)


def days_of(run: CourseRun) -> list[datetime.date]:
    return [timezone.localtime(session.starts_at).date() for session in run.sessions.all()]


def test_class_numbers_follow_the_year_of_the_first_session() -> None:
    found = set(CourseRun.objects.values_list("class_no", flat=True))
    assert len(found) == 16
    assert {"2026-ZZ-01-01", "2026-TJ-01-03", "2027-XZ-02-01", "2027-JC-01-01", "2027-FL-08-01"} <= found
    for run in CourseRun.objects.all():
        assert run.year == int(run.class_no[:4]) == days_of(run)[0].year


def test_offset_zero_is_the_next_workday() -> None:
    sessions = ClassSession.objects.filter(starts_at__date=MONDAY)
    assert [session.run.course.code for session in sessions] == ["TJ-01"]
    assert sessions[0].trainers.filter(username="trainer").exists()


def test_sessions_keep_order_and_stay_on_workdays() -> None:
    days = Workdays(MONDAY)
    for row in source.runs():
        found = days_of(CourseRun.objects.get(course__code=row.course_code))
        assert found == [days.day(offset) for offset in row.offsets]
        assert found == sorted(found)


def test_seats_and_marks_are_as_on_any_day() -> None:
    run = CourseRun.objects.get(course__code="JC-01")
    assert (run.seats_taken, run.queue_length) == (40, 6)
    marked = AttendanceRecord.objects.filter(session__starts_at__date__gte=MONDAY)
    assert [record.status for record in marked] == ["official_duty"]  # leave that was granted before
    assert Enrolment.objects.filter(run__course__code="TJ-01").count() == 41


def test_people_join_and_notices_appear_relative_to_the_day() -> None:
    assert User.objects.get(work_number="DW0023").joined_on == Workdays(MONDAY).day(-12)
    notice = NoticePage.objects.get(slug="waiting-list")
    assert notice.published_on == Workdays(MONDAY).day(-2)
    assert "2027-JC-01-01" in notice.summary


def test_invariants_hold() -> None:
    assert list(faults()) == []
