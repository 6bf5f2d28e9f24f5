"""Sessions and attendance: lists, cancelling, the sheet of a class."""

import pytest
from django.urls import reverse

from courses.models import AttendanceRules, ClassSession
from courses.services import attendance
from tests.courses.backoffice.helpers import NOW, learner, say, town
from tests.factories import CourseRunFactory, EnrolmentFactory
from tests.spreadsheets import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
WHY = say("Say why, so that everybody concerned can be told.")
SESSIONS, ATTENDANCE = "/admin/sessions/", "/admin/attendance/"


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def marked_class(people, *, count=1, **kwargs):
    """A finished class with marks for so many people of the firm."""
    run = CourseRunFactory(now=NOW, finished=True, trainers=[people.trainer], **kwargs)
    for _ in range(count):
        enrolment = EnrolmentFactory(run=run, person=learner(people.firm))
        marks = [{"enrolment": enrolment, "status": "present"}]
        attendance.mark(session=run.sessions.first(), marks=marks, by=people.trainer)
    return run


def listed(response):
    return [row.pk for row in response.context["object_list"]]


def test_sessions_are_filtered_by_time_and_by_what_is_unmarked(client, people):
    running, coming, past = CourseRunFactory(running=True), CourseRunFactory(), CourseRunFactory(finished=True)
    EnrolmentFactory(run=past)
    marked_class(people)
    assert listed(client.get(SESSIONS, {"when": "coming"})) == [coming.sessions.get().pk]
    assert listed(client.get(SESSIONS, {"when": "unmarked"})) == [past.sessions.get().pk]
    assert listed(client.get(SESSIONS, {"run": running.pk})) == [running.sessions.get().pk]


def test_a_clerk_sees_no_other_units_sessions(client):
    people = town()
    other = CourseRunFactory(organiser=people.section).sessions.get()
    own = CourseRunFactory(organiser=people.firm).sessions.get()
    client.force_login(people.clerk)
    assert listed(client.get(SESSIONS)) == [own.pk]
    assert client.post(reverse("sessions:cancel", args=[other.pk]), {"reason": "不"}).url == "/admin/"
    assert ClassSession.objects.held().count() == 2


def test_a_session_is_cancelled_with_a_reason_and_only_once_asked_for_it(client, people):
    run = CourseRunFactory(sessions=2)
    session = run.sessions.first()
    url = reverse("sessions:cancel", args=[session.pk])
    assert client.post(url, {"reason": ""}).context["form"].errors == {"reason": [WHY]}
    assert client.post(url, {"reason": "会议室占用"}).url == reverse("runs:inspect", args=[run.pk])
    session.refresh_from_db()
    assert session.cancel_reason == "会议室占用"


def test_the_only_session_of_a_published_class_is_not_cancelled(client, people):
    session = CourseRunFactory().sessions.get()
    client.post(reverse("sessions:cancel", args=[session.pk]), {"reason": "会议室占用"})
    session.refresh_from_db()
    assert not session.is_cancelled


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [({}, 12), ({"export": "xlsx"}, 6)])
def test_the_list_of_sessions_takes_the_same_queries_for_one_and_three_rows(
    client, people, rows, query, queries, django_assert_num_queries
):
    CourseRunFactory.create_batch(rows, trainers=[people.trainer])
    client.get(SESSIONS, query)
    with django_assert_num_queries(queries):
        response = client.get(SESSIONS, query)
        assert query or len(listed(response)) == rows


def test_attendance_is_read_by_unit_with_its_history(client):
    people = town()
    run = marked_class(people)
    record = run.sessions.get().attendance_records.get()
    stranger = EnrolmentFactory(run=run, person=learner(people.section))
    marks = [{"enrolment": stranger, "status": "late"}]
    other = attendance.mark(session=run.sessions.get(), marks=marks, by=people.trainer)[0]
    client.force_login(people.clerk)
    assert listed(client.get(ATTENDANCE)) == [record.pk]
    assert len(csv_rows(client.get(ATTENDANCE, {"export": "csv"}))) == 1
    page = client.get(reverse("attendance:inspect", args=[record.pk]))
    assert [line.sentence for line in page.context["history"]] == ["周敏登记：已到（教师登记）。"]
    assert client.get(reverse("attendance:inspect", args=[other.pk])).url == "/admin/"
    assert client.post(f"{ATTENDANCE}edit/{record.pk}/").status_code == 404
    client.force_login(people.office)
    assert listed(client.get(ATTENDANCE, {"status": "late"})) == [other.pk]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [({}, 12), ({"export": "csv"}, 5)])
def test_the_list_of_attendance_takes_the_same_queries_for_one_and_three_rows(
    client, people, rows, query, queries, django_assert_num_queries
):
    marked_class(people, count=rows)
    client.get(ATTENDANCE, query)
    with django_assert_num_queries(queries):
        response = client.get(ATTENDANCE, query)
        assert (len(csv_rows(response)) if query else len(listed(response))) == rows


def test_the_sheet_shows_everybody_against_every_session(client, people):
    run = marked_class(people, sessions=2)
    EnrolmentFactory(run=run, person=learner(people.section, name="=张三"))
    url = reverse("runs:sheet", args=[run.pk])
    rows = client.get(url).context["sheet"].rows
    assert sorted((row.minutes, [bool(record) for record in row.records]) for row in rows) == [
        (0, [False, False]),
        (120, [True, False]),
    ]
    exported = {row["姓名"]: row for row in csv_rows(client.get(url, {"export": "csv"}))}
    assert exported["'=张三"]["计入分钟数"] == "0"
    assert {row["姓名"].data_type for row in xlsx_rows(client.get(url, {"export": "xlsx"}))} == {"s"}


def test_the_sheet_shows_a_clerk_the_own_people_only(client):
    people = town()
    run = marked_class(people, organiser=people.firm)
    EnrolmentFactory(run=run, person=learner(people.section))
    client.force_login(people.clerk)
    url = reverse("runs:sheet", args=[run.pk])
    assert [row.enrolment.unit for row in client.get(url).context["sheet"].rows] == [people.firm]
    assert len(csv_rows(client.get(url, {"export": "csv"}))) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_takes_the_same_queries_for_one_and_three_people(client, people, count, django_assert_num_queries):
    url = reverse("runs:sheet", args=[marked_class(people, count=count).pk])
    client.get(url, {"export": "csv"})
    with django_assert_num_queries(8):
        assert len(csv_rows(client.get(url, {"export": "csv"}))) == count


def test_the_office_sets_the_attendance_rules_and_others_do_not(client, people):
    url = reverse("wagtailsettings:edit", args=["courses", "attendancerules", AttendanceRules.load().pk])
    client.post(url, {"opens_minutes_before": 30, "late_after_minutes": 5, "absent_after_minutes": 20})
    rules = AttendanceRules.objects.get()
    assert (rules.opens_minutes_before, rules.late_after_minutes, rules.absent_after_minutes) == (30, 5, 20)
    client.force_login(people.clerk)
    assert (
        client.post(url, {"opens_minutes_before": 1, "late_after_minutes": 1, "absent_after_minutes": 1}).url
        == "/admin/"
    )
    rules.refresh_from_db()
    assert rules.opens_minutes_before == 30
