"""The form of a class with its sessions: saved together or not at all, refusals where they belong."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.models import ClassSession, CourseRun
from courses.services import attendance
from tests.courses.backoffice.helpers import NOW, fields_of, learner, row, row_of, say, town, typed
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, ProfessionFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 3, 4)
NEW = "/admin/runs/new/"
MARKED = say("Attendance is recorded for this session already; it cannot be removed or moved.")


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def edit(run):
    return reverse("runs:edit", args=[run.pk])


def post_edit(client, run, rows=None, **changes):
    rows = [row_of(session) for session in run.sessions.all()] if rows is None else rows
    return client.post(edit(run), typed(rows, stored=run.sessions.count(), **fields_of(run, **changes)))


def row_errors(response, number=0):
    return response.context["form"].sessions.forms[number].errors


def test_a_new_class_is_made_with_two_sessions_its_number_and_trainers(client, people):
    course = CoursePageFactory(code="XZ-01", title="公文写作")
    rows = [
        row(DAY + datetime.timedelta(days=7), topic="改稿"),
        row(DAY, trainer_ids=[people.trainer.pk]),
        row(DAY, "17:40", "19:10") | {"day": ""},
    ]
    response = client.post(NEW, typed(rows, course=course.pk, capacity=30, organiser=people.section.pk))
    run = CourseRun.objects.get()
    assert response.url == reverse("runs:inspect", args=[run.pk])
    assert (run.class_no, run.year, run.intake_no) == ("2027-XZ-01-01", 2027, 1)
    first, second = run.sessions.all()
    assert f"{timezone.localtime(first.starts_at):%Y-%m-%d %H:%M}" == "2027-03-04 17:40"
    assert (first.minutes, list(first.trainers.all())) == (90, [people.trainer])
    assert second.topic == "改稿"
    assert (run.starts_at, run.ends_at) == (first.starts_at, second.ends_at)
    actions = ModelLogEntry.objects.filter(object_id=run.pk, action__startswith="courses.").order_by("pk")
    actions = actions.values_list("action", flat=True)
    assert list(actions) == ["courses.run_created", "courses.schedule_saved"]


def test_a_new_class_of_a_course_begins_with_the_habits_of_its_last_one(client, people):
    last = CourseRunFactory(year=timezone.localdate().year, intake_no=1, capacity=25, venue="二楼报告厅")
    form = client.get(NEW, {"course": last.course_id}).context["form"]
    hint = form.fields["class_no"].widget.attrs["placeholder"]
    assert (form["class_no"].value(), hint) == (None, f"{last.year}-{last.course.code}-02")
    assert (form["capacity"].value(), form["venue"].value()) == (25, "二楼报告厅")
    assert [row["begins"].value().strftime("%H:%M") for row in form.sessions] == ["17:40"] * 3


def test_an_error_in_a_row_keeps_what_was_typed_and_makes_nothing(client, people):
    course = CoursePageFactory(code="XZ-01")
    rows = [row(DAY, "19:10", "17:40", topic="公文格式")]
    response = client.post(NEW, typed(rows, course=course.pk, capacity=30, organiser=people.section.pk, venue="大厅"))
    form = response.context["form"]
    assert row_errors(response) == {"ends": [say("A session must end after it begins.")]}
    assert (form["venue"].value(), form.sessions.forms[0]["topic"].value()) == ("大厅", "公文格式")
    assert "公文格式" in response.content.decode()
    assert not CourseRun.objects.exists()


def test_overlapping_sessions_are_refused_above_the_rows_and_the_class_is_not_made(client, people):
    course = CoursePageFactory(code="XZ-01")
    rows = [row(DAY), row(DAY, "18:00", "20:00")]
    response = client.post(NEW, typed(rows, course=course.pk, capacity=30, organiser=people.section.pk))
    assert response.context["form"].sessions.non_form_errors() == [
        say("The session on %(moment)s begins before the one before it has ended.", moment="2027-03-04 18:00")
    ]
    assert not CourseRun.objects.exists()
    rows[1]["begins"] = "19:10"
    client.post(NEW, typed(rows, course=course.pk, capacity=30, organiser=people.section.pk))
    assert CourseRun.objects.get().sessions.count() == 2


def test_a_wrong_window_and_a_taken_number_are_told_at_their_fields(client, people):
    taken = CourseRunFactory(now=NOW)
    course = CoursePageFactory()
    data = fields_of(taken, course=course.pk, sign_up_closes_at="2020-01-01T09:00")
    response = client.post(NEW, typed([row(DAY)], **data))
    errors = response.context["form"].errors
    assert sorted(errors) == ["class_no", "sign_up_closes_at"]
    assert errors["sign_up_closes_at"] == [say("Sign-up must close after it opens.")]


def test_the_same_intake_twice_is_told_at_the_intake(client, people):
    taken = CourseRunFactory(now=NOW)
    response = client.post(NEW, typed([row(DAY)], **fields_of(taken, class_no="2027-另一个编号")))
    assert response.context["form"].errors == {"intake_no": [say("This course has such an intake already.")]}


def test_fewer_seats_than_taken_are_refused_at_the_field(client, people):
    run = CourseRunFactory(now=NOW, capacity=3)
    EnrolmentFactory(run=run)
    EnrolmentFactory(run=run)
    response = post_edit(client, run, capacity=1)
    said = say(
        "%(taken)d people hold a seat already, %(over)d more than that. Move or withdraw them first; "
        "“Seats and queue” of the class shows who signed up last.",
        taken=2,
        over=1,
    )
    link = f'<a href="/admin/runs/board/{run.pk}/?seats=1#last">{say("Open “Seats and queue”")}</a>'
    assert response.context["form"].errors == {"capacity": [f"{said} {link}"]}
    assert link in response.content.decode()
    assert response.context["form"]["capacity"].value() == "1"
    run.refresh_from_db()
    assert run.capacity == 3


@pytest.mark.parametrize(("hours", "status"), [("", "offered"), ("0", "confirmed")])
def test_more_seats_go_to_the_queue(client, people, hours, status):
    run = CourseRunFactory(now=NOW, capacity=1)
    EnrolmentFactory(run=run)
    waiting = EnrolmentFactory(run=run, waitlisted=True)
    assert post_edit(client, run, capacity=2, offer_hours=hours).url == reverse("runs:inspect", args=[run.pk])
    waiting.refresh_from_db()
    assert waiting.status == status


def test_conditions_of_sign_up_are_stored_and_shown(client, people):
    run, lawyers = CourseRunFactory(now=NOW), ProfessionFactory(name="律师")
    typed_in = {
        "nomination_only": "on",
        "once_a_year": "on",
        "offer_hours": "12",
        "minimum": "5",
        "quota_until": f"{NOW + datetime.timedelta(days=3):%Y-%m-%dT%H:%M}",
        "withdraw_until": f"{NOW + datetime.timedelta(days=5):%Y-%m-%dT%H:%M}",
        "first_professions": [lawyers.pk],
    }
    post_edit(client, run, **typed_in)
    run.refresh_from_db()
    assert (run.nomination_only, run.once_a_year, run.offer_hours, run.minimum) == (True, True, 12, 5)
    assert list(run.first_professions.all()) == [lawyers]
    context = client.get(reverse("runs:inspect", args=[run.pk])).context
    shown = dict([*context["conditions"], *context["deadlines"]])
    assert shown[say("first in the queue")] == "律师"
    assert (shown[say("fewest participants")], shown[say("hours to accept a freed seat")]) == ("5", "12")
    assert shown[say("quotas end")] == typed_in["quota_until"].replace("T", " ")
    assert shown[say("withdraw until")] == typed_in["withdraw_until"].replace("T", " ")


def test_a_new_class_takes_a_reserve_within_its_seats_and_needs_no_thought_about_the_rest(client, people):
    course = CoursePageFactory()
    data = typed([row(DAY)], course=course.pk, capacity=3, reserve=4, offer_hours="", organiser=people.section.pk)
    assert client.post(NEW, data).context["form"].errors == {
        "reserve": [say("The reserve is part of the seats; it cannot be more.")]
    }
    client.post(NEW, data | {"reserve": 2})
    run = CourseRun.objects.get()
    assert (run.reserve, run.seats_held, run.offer_hours, run.minimum) == (2, 2, 24, None)
    assert "reserve" not in client.get(edit(run)).context["form"].fields


def test_a_session_with_marks_is_not_moved_and_the_refusal_stands_at_its_row(client, people):
    run = CourseRunFactory(now=NOW, finished=True, sessions=2)
    enrolment = EnrolmentFactory(run=run)
    first, second = run.sessions.all()
    attendance.mark(session=first, marks=[{"enrolment": enrolment, "status": "present"}], by=people.office)
    moved = row_of(first) | {"day": (timezone.localdate(first.starts_at) - datetime.timedelta(days=1)).isoformat()}
    response = post_edit(client, run, [moved, row_of(second)])
    assert row_errors(response) == {"__all__": [MARKED]}
    assert row_errors(response, 1) == {}
    removed = row_of(first, DELETE="on")
    assert MARKED in post_edit(client, run, [removed, row_of(second)]).content.decode()
    assert run.sessions.count() == 2


def test_rows_are_changed_added_and_removed(client, people):
    run = CourseRunFactory(now=NOW, sessions=2, trainers=[people.trainer])
    first, second = run.sessions.all()
    rows = [row_of(first, topic="开班", trainer_ids=[people.trainer.pk]), row_of(second, DELETE="on"), row(DAY)]
    response = client.post(edit(run), typed(rows, stored=2, **fields_of(run)))
    assert response.url == reverse("runs:inspect", args=[run.pk])
    kept, added = run.sessions.all()
    assert (kept.pk, kept.topic, list(kept.trainers.all())) == (first.pk, "开班", [people.trainer])
    assert list(added.trainers.all()) == []
    assert not ClassSession.objects.filter(pk=second.pk).exists()


def test_cancelled_sessions_stay_when_the_class_is_saved(client, people):
    run = CourseRunFactory(now=NOW, sessions=2)
    first, second = run.sessions.all()
    client.post(reverse("sessions:cancel", args=[second.pk]), {"reason": "会议室占用"})
    client.post(edit(run), typed([row_of(first)], stored=1, **fields_of(run)))
    assert list(run.sessions.values_list("cancel_reason", flat=True)) == ["", "会议室占用"]


def test_the_last_session_of_a_published_class_is_not_removed(client, people):
    run = CourseRunFactory(now=NOW)
    response = post_edit(client, run, [row_of(run.sessions.get(), DELETE="on")])
    assert response.context["form"].sessions.non_form_errors() == [
        say("A published class keeps at least one session; cancel or postpone the class instead.")
    ]


def test_an_archived_class_is_refused(client, people):
    run = CourseRunFactory(now=NOW, archived=True)
    response = post_edit(client, run, venue="别处")
    assert response.context["form"].non_field_errors() == [say("An archived or cancelled class cannot be changed.")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_takes_the_same_queries_for_one_and_for_three_rows(client, people, rows, django_assert_num_queries):
    run = CourseRunFactory(now=NOW, sessions=rows, trainers=[people.trainer])
    client.get(edit(run))
    with django_assert_num_queries(27):
        assert len(client.get(edit(run)).context["form"].sessions.initial_forms) == rows


def test_another_units_class_is_neither_shown_nor_changed(client):
    people = town()
    other = CourseRunFactory(now=NOW, organiser=people.section)
    client.force_login(people.clerk)
    for name in ("edit", "inspect", "history", "sheet", "publish", "cancel"):
        assert client.get(reverse(f"runs:{name}", args=[other.pk])).url == "/admin/"
    assert post_edit(client, other, capacity=99).url == "/admin/"
    assert client.get(NEW).url == "/admin/"
    other.refresh_from_db()
    assert other.capacity == 20


def test_supervisors_are_offered_from_the_teaching_roles_only(client, people):
    learner(people.firm, name="张伟")
    offered = client.get(NEW).context["form"].fields["supervisor"].queryset
    assert list(offered) == [people.trainer]
