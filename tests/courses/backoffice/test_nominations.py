"""Lists of units: drawn up by the clerk, signed off by the head, handed in, decided by the office."""

import datetime

import pytest
from django.urls import reverse

from courses.enums import NominationStatus
from courses.models import CourseRun, Enrolment, Nomination
from courses.services import nominations as service
from courses.services.nominations import Named
from tests.courses.backoffice.helpers import NOW, learner, say, town
from tests.factories import CourseRunFactory, EnrolmentFactory, ProfessionFactory, RunQuotaFactory, UnitFactory
from tests.people.helpers import person_with
from tests.spreadsheets import csv_rows

pytestmark = pytest.mark.django_db
LIST = "/admin/nominations/"
OPEN = "/admin/nominations/open/"


@pytest.fixture
def people(client):
    people = town()
    people.head = person_with("unit_head", name="赵主任", unit=people.firm)
    client.force_login(people.clerk)
    return people


@pytest.fixture
def run():
    return CourseRunFactory(now=NOW, nomination_only=True, capacity=3)


@pytest.fixture
def lawyers(people):
    return [learner(people.firm, name=name) for name in ("张伟", "李娜", "王芳")]


def sheet(run, unit):
    return reverse("nominations:list", args=[run.pk, unit.pk])


def step(name, nomination):
    return reverse(f"nominations:{name}", args=[nomination.pk])


def ticked(*persons, **typed):
    return {"people": [person.pk for person in persons], "save": "", **typed}


def drawn(run, people, persons):
    return service.save_list(run=run, unit=people.firm, people=[Named(person) for person in persons], by=people.clerk)


def handed_in(run, people, persons):
    signed = service.sign(nomination=drawn(run, people, persons), by=people.head)
    return service.submit(nomination=signed, by=people.clerk)


def status_of(nomination):
    return Nomination.objects.get(pk=nomination.pk).status


def listed(response):
    return {row.pk for row in response.context["object_list"]}


def words(response):
    return {row.person: (row.can_go, row.words) for row in response.context["rows"]}


# Which classes are open


def test_classes_open_for_lists_come_with_quota_and_deadline(client, people, run):
    lawyers = ProfessionFactory()
    kept = CourseRunFactory(now=NOW, quota_until=NOW + datetime.timedelta(days=1))
    quota = RunQuotaFactory(run=kept, unit=people.firm, profession=lawyers)
    RunQuotaFactory(run=kept, unit=people.section)
    for closed in ({"closed": True}, {"planned": True}, {"coming": True}):
        CourseRunFactory(nomination_only=True, **closed)
    CourseRunFactory()
    rows = client.get(OPEN).context["rows"]
    assert {(row.run, row.unit, tuple(row.quotas), row.deadline) for row in rows} == {
        (run, people.firm, (), run.sign_up_closes_at),
        (kept, people.firm, (quota,), kept.quota_until),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_open_classes_take_the_same_queries_for_one_and_three(client, people, count, django_assert_num_queries):
    for _ in range(count):
        run = CourseRunFactory(nomination_only=True)
        RunQuotaFactory(run=run, unit=people.firm, profession=ProfessionFactory())
        Nomination.objects.create(run=run, unit=people.firm, drafted_by=people.clerk)
    client.get(OPEN)
    with django_assert_num_queries(21):
        assert len(client.get(OPEN).context["rows"]) == count


# Drawing up


def test_a_list_is_drawn_up_in_the_order_of_the_numbers(client, people, run, lawyers):
    first, second, _third = lawyers
    data = ticked(first, second) | {f"place-{first.pk}": "2", f"place-{second.pk}": "1", f"note-{second.pk}": "新入职"}
    response = client.post(sheet(run, people.firm), data)
    made = Nomination.objects.get()
    assert response.url == step("inspect", made)
    assert (made.status, made.unit, made.drafted_by) == ("draft", people.firm, people.clerk)
    assert [(entry.person, entry.note) for entry in made.entries.all()] == [(second, "新入职"), (first, "")]
    shown = [(row.person, row.place, row.note) for row in client.get(sheet(run, people.firm)).context["rows"]]
    assert shown[:2] == [(second, "1", "新入职"), (first, "2", "")]


def test_each_person_is_judged_in_words(client, people, run, lawyers):
    able, clashing, inside = lawyers
    there = CourseRunFactory(now=NOW)
    EnrolmentFactory(run=there, person=clashing)
    EnrolmentFactory(run=run, person=inside, requested=True)
    run.units.set([people.firm])
    profession = ProfessionFactory()
    run.professions.set([profession])
    for person in (able, clashing):
        person.professions.set([profession])
    said = words(client.get(sheet(run, people.firm)))
    assert said[able] == (True, "")
    assert said[clashing][0] is True
    assert there.course.title in said[clashing][1]
    assert said[inside] == (False, say("Waiting for approval"))
    assert said[people.clerk] == (False, say("This class is for other professions than yours."))


def test_searching_keeps_those_ticked(client, people, run, lawyers):
    first, second, _third = lawyers
    data = {"people": [first.pk], f"note-{first.pk}": "骨干", "search": "", "q": "lina"}
    response = client.post(sheet(run, people.firm), data)
    assert [(row.person, row.is_ticked, row.note) for row in response.context["rows"]] == [
        (first, True, "骨干"),
        (second, False, ""),
    ]
    assert not Nomination.objects.exists()


def test_nobody_of_another_unit_gets_on_the_list(client, people, run, lawyers):
    stranger = learner(people.section, name="外人")
    page = client.get(sheet(run, people.firm))
    assert stranger not in words(page)
    assert "外人" not in page.content.decode()
    response = client.post(sheet(run, people.firm), ticked(lawyers[0], stranger))
    assert response.context["refusal"] == say("Somebody on the list does not belong to the unit. Look at it again.")
    assert [row.person for row in response.context["rows"] if row.is_ticked] == [lawyers[0]]
    assert "外人" not in response.content.decode()
    assert not Nomination.objects.exists()
    assert client.get(sheet(run, people.section)).status_code == 404
    assert client.post(sheet(run, people.section), ticked(stranger)).status_code == 404


def test_people_of_units_below_may_be_named(client, people, run):
    below = learner(UnitFactory(parent=people.firm))
    client.post(sheet(run, people.firm), ticked(below))
    assert [entry.person for entry in Nomination.objects.get().entries.all()] == [below]


def test_a_note_too_long_and_a_closed_class_are_refused_and_keep_what_was_typed(client, people, run, lawyers):
    data = ticked(lawyers[0]) | {f"note-{lawyers[0].pk}": "长" * 101}
    response = client.post(sheet(run, people.firm), data)
    assert response.context["refusal"] == say("A note has %(count)d characters at most.", count=100)
    CourseRun.objects.filter(pk=run.pk).update(sign_up_closes_at=NOW - datetime.timedelta(hours=1))
    response = client.post(sheet(run, people.firm), ticked(lawyers[0]))
    assert response.context["refusal"] == say("Lists can be drawn up and handed in while sign-up is open.")
    assert [row.person for row in response.context["rows"] if row.is_ticked] == [lawyers[0]]


def test_who_may_not_nominate_has_no_such_page(client, people, run, lawyers):
    for person in (people.head, people.office, people.leader):
        client.force_login(person)
        assert client.get(OPEN).url == "/admin/"
        assert client.get(sheet(run, people.firm)).url == "/admin/"
        assert client.post(sheet(run, people.firm), ticked(lawyers[0])).url == "/admin/"
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_the_sheet_takes_the_same_queries_for_one_and_four_people(
    client, people, run, count, django_assert_num_queries
):
    for _ in range(count):
        EnrolmentFactory(person=learner(people.firm, professions=[ProfessionFactory()]))
    RunQuotaFactory(run=run, unit=people.firm)
    client.get(sheet(run, people.firm))
    with django_assert_num_queries(33):
        assert len(client.get(sheet(run, people.firm)).context["rows"]) == count + 2


# From draft to decision


def test_signed_off_and_handed_in_with_its_history(client, people, run, lawyers):
    made = drawn(run, people, lawyers)
    client.force_login(people.head)
    assert client.post(step("sign", made)).url == step("inspect", made)
    client.force_login(people.clerk)
    client.post(step("submit", made))
    assert status_of(made) == NominationStatus.SUBMITTED
    page = client.get(step("inspect", made))
    assert [(line.entry.person, line.enrolment.status) for line in page.context["lines"]] == [
        (person, "requested") for person in lawyers
    ]
    assert [line.sentence for line in page.context["history"]] == [
        f"李文：{say('List of the unit saved')}",
        f"赵主任：{say('List signed off')}",
        f"李文：{say('List handed in')}",
    ]
    assert page.context["edit_list_url"] == ""


def test_the_clerk_does_not_sign_the_own_list_nor_anybody_another_units(client, people, run, lawyers):
    made = drawn(run, people, lawyers)
    assert client.post(step("sign", made)).url == "/admin/"
    client.force_login(person_with("unit_head", unit=people.section))
    assert client.post(step("sign", made)).url == "/admin/"
    assert client.get(step("inspect", made)).url == "/admin/"
    assert status_of(made) == NominationStatus.DRAFT


def test_a_step_out_of_turn_is_refused_in_place(client, people, run, lawyers):
    made = drawn(run, people, lawyers)
    form = client.post(step("submit", made)).context["form"]
    said = say("This list is “%(status)s”; that step is not possible now.", status=say("Draft"))
    assert (form.non_field_errors(), status_of(made)) == ([said], NominationStatus.DRAFT)


def test_the_office_returns_a_list_with_a_comment(client, people, run, lawyers):
    made = handed_in(run, people, lawyers)
    client.force_login(people.office)
    assert list(client.post(step("return", made)).context["form"].errors) == ["reason"]
    client.post(step("return", made), {"reason": "请减为两人"})
    assert status_of(made) == NominationStatus.RETURNED
    assert {row.status for row in made.enrolments.all()} == {"withdrawn"}
    client.force_login(people.clerk)
    page = client.get(step("inspect", made))
    assert page.context["history"][-1].detail == "请减为两人"
    assert page.context["edit_list_url"] == sheet(run, people.firm)
    assert "请减为两人" in client.get(sheet(run, people.firm)).content.decode()


def test_the_office_decides_on_each_person(client, people, run, lawyers):
    made = handed_in(run, people, lawyers)
    client.force_login(people.office)
    first, second, third = (Enrolment.objects.get(person=person) for person in lawyers)
    data = {f"decision-{first.pk}": "admit", f"decision-{second.pk}": "reserve", f"decision-{third.pk}": "refuse"}
    response = client.post(step("decide", made), data)
    assert response.context["form"].errors != {}
    assert response.context["form"][f"decision-{second.pk}"].value() == "reserve"
    client.post(step("decide", made), data | {"reason": "名额有限"})
    assert [Enrolment.objects.get(pk=row.pk).status for row in (first, second, third)] == [
        "confirmed", "waitlisted", "declined",
    ]  # fmt: skip
    assert status_of(made) == NominationStatus.DECIDED


def test_a_seat_of_the_reserve_is_given_and_undecided_people_stay(client, people, lawyers):
    run = CourseRunFactory(now=NOW, nomination_only=True, capacity=1, reserve=1, seats_held=1)
    made = handed_in(run, people, lawyers[:2])
    client.force_login(people.office)
    first, second = (Enrolment.objects.get(person=person) for person in lawyers[:2])
    assert client.post(step("decide", made), {}).context["form"].non_field_errors() == [
        say("Decide on at least one person.")
    ]
    client.post(step("decide", made), {f"decision-{first.pk}": "admit", "from_reserve": "on"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.from_reserve, second.status) == ("confirmed", True, "requested")
    assert status_of(made) == NominationStatus.SUBMITTED


def test_a_list_whose_requests_were_all_decided_elsewhere_is_closed(client, people, run, lawyers):
    made = handed_in(run, people, lawyers[:1])
    client.force_login(people.office)
    client.post(reverse("enrolments:approve", args=[made.enrolments.get().pk]))
    assert client.get(step("decide", made)).context["rows"] == []
    client.post(step("decide", made))
    assert status_of(made) == NominationStatus.DECIDED


def test_the_decision_shows_who_sits_elsewhere_at_that_hour(client, people, run, lawyers):
    there = CourseRunFactory(now=NOW)
    made = handed_in(run, people, lawyers[:2])
    EnrolmentFactory(run=there, person=lawyers[1])
    client.force_login(people.office)
    rows = client.get(step("decide", made)).context["rows"]
    assert [[clash.session.run for clash in clashes] for _line, _field, clashes in rows] == [[], [there]]


def test_nobody_but_the_office_decides_or_returns(client, people, run, lawyers):
    made = handed_in(run, people, lawyers)
    for person in (people.clerk, people.head, people.leader):
        client.force_login(person)
        for name in ("decide", "return"):
            assert client.post(step(name, made), {"reason": "不"}).url == "/admin/"
    assert status_of(made) == NominationStatus.SUBMITTED


def test_the_steps_follow_status_and_role(client, people, run, lawyers):
    made = drawn(run, people, lawyers)

    def offered():
        found = {}
        for name in ("clerk", "head", "office"):
            client.force_login(getattr(people, name))
            found[name] = [view.code for view, _url in client.get(step("inspect", made)).context["actions"]]
        return found

    assert offered() == {"clerk": [], "head": ["sign"], "office": []}
    service.sign(nomination=made, by=people.head)
    assert offered() == {"clerk": ["submit"], "head": ["submit"], "office": []}
    service.submit(nomination=made, by=people.clerk)
    assert offered() == {"clerk": [], "head": [], "office": ["decide", "return"]}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("inspect", 18), ("decide", 15)])
def test_one_list_takes_the_same_queries_for_one_and_three_people(
    client, people, run, lawyers, count, name, queries, django_assert_num_queries
):
    made = handed_in(run, people, lawyers[:count])
    client.force_login(people.office)
    client.get(step(name, made))
    with django_assert_num_queries(queries):
        client.get(step(name, made))


# The inbox


def test_the_inbox_is_filtered_and_exported(client, people, run, lawyers):
    made = handed_in(run, people, lawyers[:2])
    other = Nomination.objects.create(run=CourseRunFactory(), unit=people.section, drafted_by=people.office)
    client.force_login(people.office)
    assert listed(client.get(LIST)) == {made.pk, other.pk}
    for query in ({"status": "submitted"}, {"run": run.pk}, {"unit": people.firm.pk}, {"q": run.class_no}):
        assert listed(client.get(LIST, query)) == {made.pk}, query
    exported = csv_rows(client.get(LIST, {"export": "csv", "status": "submitted"}))
    assert [list(row.values())[5] for row in exported] == ["张伟、李娜"]


def test_a_clerk_sees_the_lists_of_the_own_unit_alone(client, people, run, lawyers):
    made = drawn(run, people, lawyers[:1])
    foreign = Nomination.objects.create(run=CourseRunFactory(), unit=people.section, drafted_by=people.office)
    page = client.get(LIST)
    assert listed(page) == {made.pk}
    assert foreign.run not in page.context["filters"].form.fields["run"].queryset
    assert len(csv_rows(client.get(LIST, {"export": "csv"}))) == 1
    assert client.get(step("inspect", foreign)).url == "/admin/"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [({}, 14), ({"export": "csv"}, 7), ({"export": "xlsx"}, 7)])
def test_inbox_and_export_take_the_same_queries_for_one_and_three_lists(
    client, people, lawyers, count, query, queries, django_assert_num_queries
):
    for _ in range(count):
        drawn(CourseRunFactory(now=NOW, nomination_only=True), people, lawyers[:1])
    client.force_login(people.office)
    client.get(LIST, query)
    with django_assert_num_queries(queries):
        response = client.get(LIST, query)
        if query:
            b"".join(response.streaming_content)
