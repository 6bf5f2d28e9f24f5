"""Enrolments: looked at by unit, decided by the office, never edited, never deleted."""

import pytest
from django.urls import reverse

from courses.enums import EnrolmentStatus
from courses.models import Enrolment
from courses.services import enrolment as service
from tests.courses.backoffice.helpers import learner, say, town
from tests.factories import CourseRunFactory, EnrolmentFactory, ProfessionFactory, UnitFactory
from tests.spreadsheets import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
LIST = "/admin/enrolments/"
SIGN_UP = "/admin/enrolments/sign-up/"


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


def listed(response):
    return {enrolment.pk for enrolment in response.context["object_list"]}


def step(name, enrolment):
    return reverse(f"enrolments:{name}", args=[enrolment.pk])


def status_of(enrolment):
    enrolment.refresh_from_db()
    return enrolment.status


def test_the_list_shows_places_and_is_filtered(client, people):
    run = CourseRunFactory(full=True)
    waiting = EnrolmentFactory(run=run, waitlisted=True, person=learner(people.firm, name="张伟", work_number="W7"))
    other = EnrolmentFactory(requested=True)
    places = {row.pk: row.place for row in client.get(LIST).context["object_list"]}
    assert places == {run.enrolments.first().pk: None, waiting.pk: 1, other.pk: None}
    assert listed(client.get(LIST, {"run": run.pk, "status": "waitlisted"})) == {waiting.pk}
    assert listed(client.get(LIST, {"unit": people.firm.pk})) == {waiting.pk}
    for text in ("张伟", "zhangwei", "zw", "W7"):
        assert listed(client.get(LIST, {"q": text})) == {waiting.pk}, text


def test_a_clerk_sees_the_own_unit_and_those_below_and_decides_nothing(client):
    people = town()
    below = UnitFactory(parent=people.firm)
    own = EnrolmentFactory(person=learner(people.firm), requested=True)
    lower = EnrolmentFactory(person=learner(below))
    foreign = EnrolmentFactory(person=learner(people.section, name="外人"), requested=True)
    client.force_login(people.clerk)
    page = client.get(LIST, {"run": own.run_id})
    assert listed(page) == {own.pk}
    assert set(page.context["filters"].form.fields["run"].queryset) == {own.run, lower.run}
    assert listed(client.get(LIST)) == {own.pk, lower.pk}
    assert "外人" not in "".join(row["人员"] for row in csv_rows(client.get(LIST, {"export": "csv"})))
    assert client.get(step("inspect", own)).context["actions"] == []
    assert client.get(step("inspect", foreign)).url == "/admin/"
    for name in ("approve", "decline", "withdraw"):
        for enrolment in (own, foreign):
            assert client.post(step(name, enrolment), {"reason": "不"}).url == "/admin/"
            assert status_of(enrolment) == EnrolmentStatus.REQUESTED
    assert client.get(SIGN_UP).url == "/admin/"


def test_there_is_no_way_to_edit_add_or_delete_by_hand(client, people):
    enrolment = EnrolmentFactory()
    for path in ("new/", f"edit/{enrolment.pk}/", f"delete/{enrolment.pk}/"):
        assert client.post(LIST + path).status_code == 404


def test_a_request_is_admitted_and_its_history_says_so(client, people):
    request = EnrolmentFactory(requested=True, person=learner(people.firm, name="张伟"))
    assert client.post(step("approve", request)).url == step("inspect", request)
    assert status_of(request) == EnrolmentStatus.CONFIRMED
    history = [line.sentence for line in client.get(step("inspect", request)).context["history"]]
    assert history == ["张伟报名，状态：待审核。", "陈静将状态改为：已录取。"]


def test_a_request_for_a_full_class_without_waiting_list_is_refused_in_place(client, people):
    run = CourseRunFactory(full=True, waitlist_enabled=False)
    request = EnrolmentFactory(run=run, requested=True)
    response = client.post(step("approve", request))
    assert response.context["form"].non_field_errors() == [
        say("All seats are taken and this class keeps no waiting list.")
    ]
    assert status_of(request) == EnrolmentStatus.REQUESTED


def test_turning_down_and_withdrawing_keep_the_reason(client, people):
    request = EnrolmentFactory(requested=True)
    client.post(step("decline", request), {"reason": "名额已分配"})
    confirmed = EnrolmentFactory()
    client.post(step("withdraw", confirmed), {"reason": "本人出差"})
    assert (status_of(request), status_of(confirmed)) == (EnrolmentStatus.DECLINED, EnrolmentStatus.WITHDRAWN)
    assert client.get(step("inspect", request)).context["history"][-1].detail == "名额已分配"
    assert client.get(step("inspect", confirmed)).context["history"][-1].detail == "本人出差"
    assert client.get(step("inspect", confirmed)).context["actions"] == []


def test_a_step_that_cannot_follow_is_refused_in_place(client, people):
    declined = EnrolmentFactory(declined=True)
    response = client.post(step("withdraw", declined), {"reason": "误操作"})
    assert list(response.context["form"].errors) == ["reason"]
    assert response.context["form"]["reason"].value() == "误操作"
    assert status_of(declined) == EnrolmentStatus.DECLINED


def test_the_office_finds_somebody_and_signs_the_person_up_in_spite_of_the_window(client, people):
    run = CourseRunFactory(closed=True)
    person = learner(people.firm, name="张伟")
    learner(people.firm, name="李娜")
    page = client.get(SIGN_UP, {"q": "zhang", "run": run.pk})
    assert list(page.context["form"].fields["person"].queryset) == [person]
    response = client.post(SIGN_UP, {"q": "zhang", "run": run.pk, "person": person.pk})
    made = Enrolment.objects.get(person=person)
    assert response.url == step("inspect", made)
    assert (made.status, made.events.get().by) == (EnrolmentStatus.CONFIRMED, people.office)


def test_signing_up_is_refused_in_place_and_keeps_what_was_chosen(client, people):
    run = CourseRunFactory(professions=[ProfessionFactory()])
    person = learner(people.firm, name="张伟")
    response = client.post(SIGN_UP, {"q": "zhang", "run": run.pk, "person": person.pk})
    form = response.context["form"]
    assert form.non_field_errors() == [str(service.verdict(person=person, run=run).reasons[0].message)]
    assert (form["run"].value(), form["person"].value()) == (str(run.pk), str(person.pk))
    assert not Enrolment.objects.exists()


def test_signing_up_nobody_is_told_at_the_fields(client, people):
    assert sorted(client.post(SIGN_UP, {"q": "zhang", "person": "x"}).context["form"].errors) == ["person", "run"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [({}, 12), ({"export": "csv"}, 5), ({"export": "xlsx"}, 5)])
def test_list_and_export_take_the_same_queries_for_one_and_three_rows(
    client, people, rows, query, queries, django_assert_num_queries
):
    for _ in range(rows):
        EnrolmentFactory(requested=True, run=CourseRunFactory())
    client.get(LIST, query)
    with django_assert_num_queries(queries):
        response = client.get(LIST, query)
        if query:
            b"".join(response.streaming_content)
        else:
            assert len(listed(response)) == rows


def test_a_name_that_looks_like_a_formula_stays_text(client, people):
    EnrolmentFactory(person=learner(people.firm, name="=1+1", title="+cmd"))
    by_csv = csv_rows(client.get(LIST, {"export": "csv"}))[0]
    by_xlsx = xlsx_rows(client.get(LIST, {"export": "xlsx"}))[0]
    assert (by_csv["人员"], by_csv["职务"]) == ("'=1+1", "'+cmd")
    assert (by_xlsx["人员"].value, by_xlsx["人员"].data_type) == ("=1+1", "s")
