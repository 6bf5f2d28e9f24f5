"""Who completed a class: everybody on one page, with a suggestion, stored with a reason."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enums import AttendanceStatus
from courses.models import AttendanceRecord, Enrolment
from tests.courses.backoffice.helpers import learner, say, town
from tests.factories import CourseRunFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def url(run):
    return reverse("runs:outcomes", args=[run.pk])


def attend(row, by, minutes):
    """Mark the first sessions of the class as attended for so many minutes each."""
    for session, earned in zip(row.run.sessions.order_by("starts_at"), minutes, strict=False):
        AttendanceRecord.objects.create(
            session=session, enrolment=row, status=AttendanceStatus.PRESENT if earned else AttendanceStatus.ABSENT,
            minutes_earned=earned, changed_at=timezone.now(), changed_by=by,
        )  # fmt: skip


def typed(row, outcome, reason=""):
    return {f"e{row.pk}-outcome": outcome, f"e{row.pk}-reason": reason}


def status_of(row):
    return Enrolment.objects.get(pk=row.pk).status


def test_the_suggestion_follows_the_rule_of_a_seventh(client, people):
    run = CourseRunFactory(finished=True, sessions=7)
    enough, short, nothing = (EnrolmentFactory(run=run, person=learner(people.firm, name=name)) for name in "甲乙丙")
    EnrolmentFactory(run=run, withdrawn=True)
    attend(enough, people.trainer, [120] * 6)
    attend(short, people.trainer, [120] * 6 + [0])
    AttendanceRecord.objects.filter(enrolment=short, minutes_earned=120).update(minutes_earned=119)
    rows = client.get(url(run)).context["rows"]
    standings = {form.standing.enrolment: form.standing for form in rows}
    told = {
        row: (one.attended, one.total, one.sessions_missed, one.is_enough, one.suggestion)
        for row, one in standings.items()
    }
    assert told == {
        enough: (720, 840, 1, True, "completed"),
        short: (714, 840, 1, False, "not_completed"),
        nothing: (0, 840, 7, False, "not_completed"),
    }
    assert {form.standing.enrolment: form["outcome"].value() for form in rows}[nothing] == "not_completed"


def test_outcomes_are_stored_with_their_reasons_and_undecided_ones_are_not(client, people):
    run = CourseRunFactory(finished=True)
    done, not_done, open_ = (EnrolmentFactory(run=run) for _ in range(3))
    data = typed(done, "completed") | typed(not_done, "not_completed", "缺课过多") | typed(open_, "")
    assert client.post(url(run), data).url == url(run)
    assert [status_of(row) for row in (done, not_done, open_)] == ["completed", "not_completed", "confirmed"]
    assert not_done.events.last().reason == "缺课过多"
    client.post(url(run), data)
    assert [row.events.count() for row in (done, not_done, open_)] == [2, 2, 1]


def test_a_missing_reason_is_told_at_its_row_and_nothing_is_stored(client, people):
    run = CourseRunFactory(finished=True)
    done, not_done = (EnrolmentFactory(run=run) for _ in range(2))
    response = client.post(url(run), typed(done, "completed") | typed(not_done, "not_completed"))
    errors = {form.standing.enrolment: form.errors for form in response.context["rows"]}
    assert errors == {done: {}, not_done: {"reason": [say("Say why, so that everybody concerned can be told.")]}}
    assert status_of(done) == "confirmed"


def test_a_class_that_is_not_over_has_no_outcomes(client, people):
    row = EnrolmentFactory()
    assert say("The class is not over yet.") in client.get(url(row.run)).content.decode()
    response = client.post(url(row.run), typed(row, "completed"))
    assert (response.context["refusal"], status_of(row)) == (say("The class is not over yet."), "confirmed")


def test_others_have_no_such_page(client, people):
    run = CourseRunFactory(finished=True, organiser=people.firm)
    row = EnrolmentFactory(run=run, person=learner(people.firm))
    for person in (people.clerk, people.leader):
        client.force_login(person)
        assert client.get(url(run)).url == "/admin/"
        assert client.post(url(run), typed(row, "completed")).url == "/admin/"
    assert status_of(row) == "confirmed"


def test_made_up_counts_as_attended_and_duty_not_as_missed(client, people):
    run = CourseRunFactory(finished=True, sessions=7)
    row = EnrolmentFactory(run=run, person=learner(people.firm, name="甲"))
    attend(row, people.trainer, [120] * 4 + [0, 0, 0])
    made_up, duty, _absent = AttendanceRecord.objects.filter(minutes_earned=0).order_by("session__starts_at")
    AttendanceRecord.objects.filter(pk=made_up.pk).update(status=AttendanceStatus.MADE_UP)
    AttendanceRecord.objects.filter(pk=duty.pk).update(status=AttendanceStatus.OFFICIAL_DUTY)
    (form,) = client.get(url(run)).context["rows"]
    one = form.standing
    assert (one.attended, one.duty, one.missed, one.sessions_missed, one.is_enough) == (600, 120, 120, 1, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three_people(client, people, count, django_assert_num_queries):
    run = CourseRunFactory(finished=True, sessions=2)
    for _ in range(count):
        attend(EnrolmentFactory(run=run), people.trainer, [120])
    client.get(url(run))
    with django_assert_num_queries(12):
        assert len(client.get(url(run)).context["rows"]) == count
