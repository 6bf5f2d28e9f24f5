"""Moving, replacing, and seats of the reserve: the steps of an enrolment besides admitting and turning down."""

import pytest
from django.urls import reverse

from courses.models import Enrolment
from tests.courses.backoffice.helpers import learner, say, town
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def step(name, enrolment):
    return reverse(f"enrolments:{name}", args=[enrolment.pk])


def offered(client, enrolment):
    return [view.code for view, _url in client.get(step("inspect", enrolment)).context["actions"]]


def status_of(enrolment):
    enrolment.refresh_from_db()
    return enrolment.status


def test_a_person_moves_to_another_class_of_the_course(client, people):
    course = CoursePageFactory()
    row = EnrolmentFactory(run=CourseRunFactory(course=course))
    there = CourseRunFactory(course=course)
    for unfit in ({}, {"course": course, "planned": True}, {"course": course, "finished": True}):
        CourseRunFactory(**unfit)
    assert list(client.get(step("move", row)).context["form"].fields["to"].queryset) == [there]
    response = client.post(step("move", row), {"to": there.pk, "reason": "与开庭冲突"})
    made = Enrolment.objects.get(run=there)
    assert response.url == step("inspect", made)
    assert (made.person, made.way, made.follows, status_of(row)) == (row.person, "moved", row, "withdrawn")
    assert client.get(step("inspect", row)).context["went_to"] == [made]


def test_where_there_is_no_other_class_the_screen_says_so(client, people):
    row = EnrolmentFactory()
    said = say("No other class of this course is open to move to.")
    assert said in client.get(step("move", row)).content.decode()
    there = CourseRunFactory(course=row.run.course)
    assert said not in client.get(step("move", row)).content.decode()
    assert there.class_no in client.get(step("move", row)).content.decode()


def test_a_move_needs_a_class_and_a_reason(client, people):
    course = CoursePageFactory()
    row, there = EnrolmentFactory(run=CourseRunFactory(course=course)), CourseRunFactory(course=course)
    assert list(client.post(step("move", row), {"reason": "调班"}).context["form"].errors) == ["to"]
    form = client.post(step("move", row), {"to": there.pk}).context["form"]
    assert form.errors == {"reason": [say("Say why, so that everybody concerned can be told.")]}
    assert (form["to"].value(), status_of(row)) == (str(there.pk), "confirmed")


def test_a_colleague_of_the_unit_takes_the_seat(client, people):
    row = EnrolmentFactory(person=learner(people.firm))
    colleague = learner(people.firm, name="张伟")
    learner(people.section, name="张强")
    choices = client.get(step("replace", row)).context["form"].fields["person"].queryset
    assert set(choices) == {colleague, people.clerk}
    found = client.get(step("replace", row), {"q": "zhang"}).context["form"].fields["person"].queryset
    assert list(found) == [colleague]
    client.post(step("replace", row), {"person": colleague.pk, "reason": "出差"})
    made = Enrolment.objects.get(person=colleague)
    assert (made.status, made.way, made.follows, status_of(row)) == ("confirmed", "substitute", row, "withdrawn")


def test_a_colleague_of_another_unit_is_no_choice(client, people):
    row, stranger = EnrolmentFactory(person=learner(people.firm)), learner(people.section)
    response = client.post(step("replace", row), {"person": stranger.pk, "reason": "出差"})
    assert list(response.context["form"].errors) == ["person"]
    assert status_of(row) == "confirmed"


def test_the_clerk_replaces_in_the_own_unit_alone_and_moves_nobody(client):
    people = town()
    own, foreign = (EnrolmentFactory(person=learner(unit)) for unit in (people.firm, people.section))
    colleague, stranger = learner(people.firm), learner(people.section)
    client.force_login(people.clerk)
    assert offered(client, own) == ["replace"]
    for name in ("move", "approve", "withdraw"):
        assert client.post(step(name, own), {"reason": "不"}).url == "/admin/"
    refused = client.post(step("replace", foreign), {"person": stranger.pk, "reason": "出差"})
    assert (refused.url, status_of(foreign)) == ("/admin/", "confirmed")
    client.post(step("replace", own), {"person": colleague.pk, "reason": "出差"})
    assert (status_of(own), Enrolment.objects.get(person=colleague).status) == ("withdrawn", "confirmed")


def test_a_leader_takes_no_step(client, people):
    row = EnrolmentFactory(person=learner(people.firm))
    client.force_login(people.leader)
    assert offered(client, row) == []
    for name in ("move", "replace"):
        assert client.post(step(name, row), {"reason": "不"}).url == "/admin/"
    assert status_of(row) == "confirmed"


def test_the_steps_follow_the_status(client, people):
    run = CourseRunFactory()
    kinds = ({}, {"requested": True}, {"waitlisted": True}, {"offered": True}, {"completed": True}, {"declined": True})
    steps = [offered(client, EnrolmentFactory(run=run, **kind)) for kind in kinds]
    assert steps == [
        ["move", "replace", "withdraw"],
        ["approve", "decline", "move", "withdraw"],
        ["decline", "move", "withdraw"],
        ["decline", "move", "withdraw"],
        [],
        [],
    ]


def test_a_request_takes_a_seat_of_the_reserve_where_there_is_one(client, people):
    run = CourseRunFactory(capacity=1, reserve=1, seats_held=1, waitlist_enabled=False)
    row = EnrolmentFactory(run=run, requested=True)
    assert "from_reserve" not in client.get(step("approve", EnrolmentFactory(requested=True))).context["form"].fields
    full = client.post(step("approve", row)).context["form"].non_field_errors()
    assert full == [say("All seats are taken and this class keeps no waiting list.")]
    client.post(step("approve", row), {"from_reserve": "on"})
    assert (status_of(row), row.from_reserve) == ("confirmed", True)


def test_direct_admission_takes_a_seat_of_the_reserve(client, people):
    run = CourseRunFactory(capacity=1, reserve=1, seats_held=1)
    person = learner(UnitFactory(), name="张伟")
    client.post("/admin/enrolments/sign-up/", {"run": run.pk, "person": person.pk, "from_reserve": "on"})
    made = Enrolment.objects.get()
    assert (made.status, made.way, made.from_reserve) == ("confirmed", "direct", True)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("move", 11), ("replace", 12)])
def test_the_screens_take_the_same_queries_for_one_and_three_choices(
    client, people, rows, name, queries, django_assert_num_queries
):
    row = EnrolmentFactory(person=learner(people.section))
    for _ in range(rows):
        learner(people.section)
        CourseRunFactory(course=row.run.course)
    client.get(step(name, row))
    with django_assert_num_queries(queries):
        client.get(step(name, row))
