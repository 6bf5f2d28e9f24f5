"""The list of classes, one class at a glance, and its steps."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.enums import RunStatus
from tests.courses.backoffice.helpers import NOW, say, town
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory
from tests.spreadsheets import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
LIST = "/admin/runs/"
WHY = say("Say why, so that everybody who signed up can be told.")


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def numbers(response):
    return [run.class_no for run in response.context["object_list"]]


def test_the_list_is_filtered_by_state_channel_course_and_organiser(client, people):
    opened = CourseRunFactory(course=CoursePageFactory(category="law"), organiser=people.section)
    over = CourseRunFactory(finished=True)
    assert numbers(client.get(LIST)) == [over.class_no, opened.class_no]
    for query in (
        {"state": "open"},
        {"category": "law"},
        {"course": opened.course_id},
        {"organiser": people.section.pk},
        {"starts_at_from": f"{NOW:%Y-%m-%d}"},
        {"q": opened.class_no},
        {"q": opened.course.title},
    ):
        assert numbers(client.get(LIST, query)) == [opened.class_no], query


def test_a_clerk_sees_and_exports_only_the_classes_of_the_own_unit(client):
    people = town()
    own = CourseRunFactory(organiser=people.firm)
    CourseRunFactory(organiser=people.section)
    client.force_login(people.clerk)
    assert numbers(client.get(LIST)) == [own.class_no]
    assert [row["班次编号"] for row in csv_rows(client.get(LIST, {"export": "csv"}))] == [own.class_no]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [({}, 12), ({"export": "csv"}, 5), ({"export": "xlsx"}, 5)])
def test_list_and_export_take_the_same_queries_for_one_and_three_rows(
    client, people, rows, query, queries, django_assert_num_queries
):
    CourseRunFactory.create_batch(rows, supervisor=people.trainer)
    client.get(LIST, query)
    with django_assert_num_queries(queries):
        response = client.get(LIST, query)
        if query:
            b"".join(response.streaming_content)
        else:
            assert len(numbers(response)) == rows


def test_the_spreadsheet_speaks_shanghai_time_and_holds_no_formula(client, people):
    run = CourseRunFactory(now=NOW, venue="=HYPERLINK(1)")
    by_csv, by_xlsx = (
        csv_rows(client.get(LIST, {"export": "csv"}))[0],
        xlsx_rows(client.get(LIST, {"export": "xlsx"}))[0],
    )
    assert by_csv["地点"] == "'=HYPERLINK(1)"
    assert by_xlsx["地点"].data_type == "s"
    hour = run.sessions.get().starts_at.hour
    assert by_xlsx["开始"].value.hour == (hour + 8) % 24
    assert by_csv["状态"] == "报名中"


def test_a_class_goes_through_its_steps(client, people):
    run = CourseRunFactory(planned=True)
    for step, status in (
        ("ready", "ready"),
        ("publish", "published"),
        ("conclude", "concluded"),
        ("archive", "archived"),
    ):
        url = reverse(f"runs:{step}", args=[run.pk])
        assert client.get(url).context["object"] == run
        assert client.post(url).url == reverse("runs:inspect", args=[run.pk])
        run.refresh_from_db()
        assert run.status == status
    history = client.get(reverse("runs:history", args=[run.pk])).content.decode()
    words = {"before": RunStatus.PLANNED.label, "after": RunStatus.READY.label}
    assert say("Status changed from “%(before)s” to “%(after)s”", **words) in history
    assert ModelLogEntry.objects.filter(action="courses.run_status", user=people.office).count() == 4


def test_looking_at_a_step_changes_nothing(client, people):
    run = CourseRunFactory(planned=True)
    client.get(reverse("runs:publish", args=[run.pk]))
    run.refresh_from_db()
    assert run.status == RunStatus.PLANNED


def test_a_reason_is_asked_for_and_told_at_the_field(client, people):
    run = CourseRunFactory()
    url = reverse("runs:cancel", args=[run.pk])
    assert client.post(url, {"reason": " "}).context["form"].errors == {"reason": [WHY]}
    client.post(url, {"reason": "教师出差"})
    run.refresh_from_db()
    assert (run.status, run.status_reason) == (RunStatus.CANCELLED, "教师出差")
    again = client.post(reverse("runs:postpone", args=[run.pk]), {"reason": "再等等"})
    assert again.context["form"].errors == {
        "reason": [say("A class that is “%(status)s” cannot be changed that way.", status=RunStatus.CANCELLED.label)]
    }
    assert again.context["form"]["reason"].value() == "再等等"


def test_a_class_without_window_is_not_published(client, people):
    run = CourseRunFactory(planned=True, sign_up_opens_at=None, sign_up_closes_at=None)
    response = client.post(reverse("runs:publish", args=[run.pk]))
    assert response.context["form"].non_field_errors() == [
        say("Set when sign-up opens and closes before publishing the class.")
    ]


def test_only_steps_that_may_follow_are_offered_and_to_those_who_may(client, people):
    run = CourseRunFactory()
    offered = client.get(reverse("runs:inspect", args=[run.pk])).context["actions"]
    assert [action.code for action, _url in offered] == ["conclude", "postpone", "cancel"]
    client.force_login(people.leader)
    assert client.get(reverse("runs:inspect", args=[run.pk])).context["actions"] == []
    assert client.post(reverse("runs:conclude", args=[run.pk])).url == "/admin/"
    run.refresh_from_db()
    assert run.status == RunStatus.PUBLISHED


def test_a_class_has_no_delete_screen(client, people):
    run = CourseRunFactory()
    assert client.post(f"/admin/runs/delete/{run.pk}/").status_code == 404
    assert "/admin/runs/delete/" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("sessions", [1, 3])
def test_one_class_at_a_glance_takes_the_same_queries_however_many_sessions(
    client, people, sessions, django_assert_num_queries
):
    run = CourseRunFactory(sessions=sessions, trainers=[people.trainer])
    EnrolmentFactory(run=run)
    url = reverse("runs:inspect", args=[run.pk])
    client.get(url)
    with django_assert_num_queries(16):
        assert [session.expected for session in client.get(url).context["sessions"]] == [1] * sessions
