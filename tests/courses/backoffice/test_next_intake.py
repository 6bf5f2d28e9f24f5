"""The screen of the next intake: dates first, then the class; who may open it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import ClassSession, CourseRun
from tests.courses.backoffice.helpers import NOW, say, town
from tests.factories import CourseRunFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
DAY = datetime.date(2040, 3, 6)


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


@pytest.fixture
def run(people):
    return CourseRunFactory(
        organiser=people.section, supervisor=people.trainer, trainers=[people.trainer], sessions=2, capacity=35
    )


def address(run):
    return reverse("runs:next", args=[run.pk])


def fields(run, **changes):
    return {"first_day": DAY.isoformat(), "capacity": run.capacity, "supervisor": run.supervisor_id or ""} | changes


def test_the_form_has_five_fields_filled_in_and_shows_the_dates(client, run):
    response = client.get(address(run))
    form = response.context["form"]
    assert [field.name for field in form.visible_fields()] == [
        "first_day", "capacity", "sign_up_opens_at", "sign_up_closes_at", "supervisor",
    ]  # fmt: skip
    assert (form["capacity"].value(), form["supervisor"].value()) == (35, run.supervisor_id)
    plan = response.context["plan"]
    assert plan.first_day == form["first_day"].value()
    assert len(plan.sessions) == 2


def test_first_the_dates_then_the_class(client, run):
    shown = client.post(address(run), fields(run) | {"save": ""})  # the day was typed anew: nothing is stored yet
    assert (shown.status_code, CourseRun.objects.count()) == (200, 1)
    assert shown.context["plan"].first_day == DAY
    assert 'name="shown_day" value="2040-03-06"' in shown.text
    number = shown.context["number"]
    stored = client.post(address(run), fields(run, shown_day=DAY.isoformat(), intake_no=number) | {"save": ""})
    made = CourseRun.objects.exclude(pk=run.pk).get()
    assert stored.url == reverse("runs:inspect", args=[made.pk])
    assert timezone.localtime(made.starts_at).date() == DAY
    again = client.post(address(run), fields(run, shown_day=DAY.isoformat(), intake_no=number) | {"save": ""})
    assert again.url == stored.url
    assert CourseRun.objects.count() == 2


def test_working_out_again_stores_nothing(client, run):
    response = client.post(address(run), fields(run, shown_day=DAY.isoformat(), show=""))
    assert (response.status_code, CourseRun.objects.count()) == (200, 1)


def test_what_was_typed_stands_in_the_preview(client, run):
    typed = {"sign_up_opens_at": "2040-02-20T09:00", "sign_up_closes_at": "2040-03-01T17:30"}
    plan = client.post(address(run), fields(run, show="", **typed)).context["plan"]
    moments = [f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" for moment in (plan.opens_at, plan.closes_at)]
    assert moments == list(typed.values())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": "2040-03-10"}, "first_day"),
        ({"first_day": "2020-03-03"}, "first_day"),
        ({"first_day": ""}, "first_day"),
        ({"capacity": "0"}, "capacity"),
        ({"sign_up_opens_at": "2040-03-02T09:00", "sign_up_closes_at": "2040-03-01T09:00"}, "sign_up_closes_at"),
    ],
)
def test_mistakes_stand_at_their_field(client, run, changes, field):
    response = client.post(address(run), fields(run, **changes) | {"save": "", "shown_day": DAY.isoformat()})
    assert list(response.context["form"].errors) == [field]
    assert CourseRun.objects.count() == 1


def test_a_window_that_does_not_fit_is_told_above_the_form(client, run):
    data = fields(run, sign_up_opens_at="2040-03-06T23:59", shown_day=DAY.isoformat()) | {"save": ""}
    response = client.post(address(run), data)
    assert response.context["form"].non_field_errors() == [say("Sign-up must close after it opens.")]
    assert CourseRun.objects.count() == 1


def test_a_number_taken_meanwhile_is_told_and_the_next_one_offered(client, run, people):
    CourseRunFactory(course=run.course, year=2040, intake_no=1, class_no="2040-T-01")
    data = fields(run, shown_day=DAY.isoformat(), intake_no=1) | {"save": ""}
    response = client.post(address(run), data)
    assert response.context["form"].non_field_errors() == [
        say("“%(row)s” was opened meanwhile.", row=CourseRun.objects.get(class_no="2040-T-01"))
    ]
    assert response.context["number"] == 2


def test_a_taken_room_is_a_warning_only(client, run):
    plan = client.post(address(run), fields(run, show="")).context["plan"]
    other = CourseRunFactory(sessions=0)
    ClassSession.objects.create(run=other, starts_at=plan.sessions[0].starts_at, ends_at=plan.sessions[0].ends_at)
    shown = client.post(address(run), fields(run, show=""))
    assert [clash.other.run for clash in shown.context["clashes"]] == [other]
    assert other.class_no in shown.text
    client.post(address(run), fields(run, shown_day=DAY.isoformat()) | {"save": ""})
    assert CourseRun.objects.count() == 3


def test_the_overview_and_the_list_lead_there(client, run):
    assert address(run) in client.get(reverse("runs:inspect", args=[run.pk])).text
    assert address(run) in client.get(reverse("runs:index")).text


def test_an_editor_opens_the_next_intake_of_the_own_unit(client, people, run):
    client.force_login(person_with("editor", unit=people.section))
    data = fields(run, shown_day=DAY.isoformat()) | {"save": ""}
    assert client.post(address(run), data).status_code == 302
    assert CourseRun.objects.count() == 2


@pytest.mark.parametrize("role", ["clerk", "leader", "reviewer", "channel_editor", "section_head"])
def test_others_neither_see_nor_open_it(client, people, run, role):
    client.force_login(person_with(role, unit=people.section))
    assert client.get(address(run)).status_code == 302
    client.post(address(run), fields(run, shown_day=DAY.isoformat()) | {"save": ""})
    assert CourseRun.objects.count() == 1
    assert address(run) not in client.get(reverse("runs:inspect", args=[run.pk])).text


def test_a_class_of_another_unit_is_refused(client, people):
    run = CourseRunFactory(organiser=people.section)
    client.force_login(person_with("editor", unit=people.firm))
    assert client.get(address(run)).status_code == 302


@pytest.mark.parametrize("sessions", [1, 4])
def test_the_screen_takes_the_same_queries_for_any_number_of_sessions(
    client, people, sessions, django_assert_num_queries
):
    run = CourseRunFactory(sessions=sessions, trainers=[people.trainer], now=NOW)
    client.get(address(run))
    with django_assert_num_queries(21):
        client.get(address(run))
