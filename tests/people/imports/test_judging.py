"""What a row means, seen with the other rows and with who is there already."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from people.models import Membership, Profession, Unit, User
from people.services.imports.deciding import choose
from tests.factories import ProfessionFactory, UnitFactory, UserFactory
from tests.people.helpers import Bureau, bureau, person_with
from tests.people.imports.helpers import csv_table, only_row, table, upload, verdicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Bureau:
    return bureau()


@pytest.fixture
def office(town: Bureau) -> User:
    return person_with("office", unit=town.top)


@pytest.fixture
def local(town: Bureau) -> User:
    """May add and change people of the judicial office and below, and nowhere else."""
    group = Group.objects.create(name="本单位人员管理")
    group.permissions.set(
        Permission.objects.filter(codename__in=["view_user", "add_user", "change_user", "access_admin"])
    )
    return UserFactory(groups=[group], unit=town.office)


def row(name: str, unit: str, number: str = "", **given: str) -> list[str]:
    kinds = ("title", "professions", "phone", "joined")
    title, professions, phone, joined = (given.get(kind, "") for kind in kinds)
    return [name, unit, title, professions, number, given.get("licence", ""), phone, joined, given.get("remark", "")]


# Who is meant


def test_a_work_number_says_who_is_meant(town: Bureau, office: User) -> None:
    batch = upload(table(row("曾小红", "和平所", "gh1001", title="所长")), office)
    found = only_row(batch)
    assert (found.result, found.person) == ("changed", town.inside)
    assert found.changes == [{"field": "title", "old": "", "new": "所长"}]


def test_a_licence_number_says_who_is_meant(town: Bureau, office: User) -> None:
    User.objects.filter(pk=town.inside.pk).update(licence_number="DEMO2026000000001")
    found = only_row(upload(table(row("曾小红", "和平所", licence="DEMO2026000000001")), office))
    assert (found.result, found.person) == ("unchanged", town.inside)


def test_without_a_number_name_and_unit_say_it(town: Bureau, office: User) -> None:
    found = only_row(upload(table(row("曾小红", "和平所", title="所长")), office))
    assert (found.result, found.person, found.repairs) == (
        "changed", town.inside, ["unit_alias", "matched_by_name_and_unit"],
    )  # fmt: skip


def test_a_first_number_belongs_to_the_one_of_that_name_in_the_unit(town: Bureau, office: User) -> None:
    User.objects.filter(pk=town.inside.pk).update(work_number=None)
    found = only_row(upload(table(row("曾小红", "和平所", "GH7")), office))
    assert (found.person, found.changes) == (town.inside, [{"field": "work_number", "old": "", "new": "GH7"}])


def test_nobody_of_that_name_is_new(office: User) -> None:
    found = only_row(upload(table(row("新来人", "和平所", "GH7")), office))
    assert (found.result, found.person, found.candidates, found.changes) == ("new", None, [], [])


def test_a_number_with_another_name_on_the_platform(town: Bureau, office: User) -> None:
    found = only_row(upload(table(row("别的人", "和平所", "GH1001")), office))
    [problem] = found.problems
    assert (found.result, problem["code"], problem["cell"], problem["params"]["text"]) == (
        "refused", "number_taken", "E3", "曾小红",
    )  # fmt: skip


@pytest.mark.parametrize(("number", "reason"), [("", "same name, another unit"), ("GH7", "another number, same unit")])
def test_who_is_meant_is_asked(town: Bureau, office: User, number: str, reason: str) -> None:
    unit = "东湾公证" if not number else "和平所"
    batch = upload(table(row("曾小红", unit, number)), office)
    found = only_row(batch)
    assert (found.result, found.candidates) == ("ask", [town.inside.pk])
    assert choose(batch=batch, choices={3: str(town.inside.pk)}, by=office) == 0
    found.refresh_from_db()
    assert (found.result, found.person) == ("changed", town.inside)
    assert choose(batch=batch, choices={3: "new"}, by=office) == 0
    found.refresh_from_db()
    assert (found.result, found.person, found.changes) == ("new", None, [])
    assert choose(batch=batch, choices={3: "skip"}, by=office) == 0
    found.refresh_from_db()
    assert (found.result, found.person) == ("skipped", None)


def test_two_of_one_name_in_one_unit_are_asked(town: Bureau, office: User) -> None:
    other = UserFactory(name="曾小红", unit=town.office)
    found = only_row(upload(table(row("曾小红", "和平所")), office))
    assert (found.result, found.candidates) == ("ask", [town.inside.pk, other.pk])


def test_a_choice_that_was_not_offered_counts_for_nothing(town: Bureau, office: User) -> None:
    batch = upload(table(row("曾小红", "东湾公证")), office)
    assert choose(batch=batch, choices={3: str(town.outside.pk), 99: "new"}, by=office) == 1
    assert only_row(batch).result == "ask"


def test_two_rows_cannot_be_the_same_person(town: Bureau, office: User) -> None:
    batch = upload(table(row("曾小红", "和平所", "GH1001"), row("曾小红", "东湾公证")), office)
    choose(batch=batch, choices={4: str(town.inside.pk)}, by=office)
    assert verdicts(batch) == [(3, "unchanged", []), (4, "refused", ["duplicate_in_file"])]
    choose(batch=batch, choices={4: "new"}, by=office)
    assert verdicts(batch) == [(3, "unchanged", []), (4, "new", [])]


# The rows among each other


def test_without_numbers_one_name_in_one_unit_stands_once(office: User) -> None:
    rows = (
        row("新来人", "和平所"),
        row("新来人", "东湾公证"),
        row("新来人", "和平街道司法所"),
        row("新来人", "和平所", "GH7"),
    )
    assert verdicts(upload(table(*rows), office)) == [
        (3, "refused", ["duplicate_in_file"]),
        (4, "new", []),
        (5, "refused", ["duplicate_in_file"]),
        (6, "new", []),
    ]


def test_every_fault_of_a_row_is_named_at_once(office: User) -> None:
    batch = upload(table(["=1+1", "没有的单位", "", "司机", "999999199003070012", "", "123", "2018.9", ""]), office)
    assert [(one["code"], one["cell"]) for one in only_row(batch).problems] == [
        ("name_invalid", "A3"),
        ("unit_unknown", "B3"),
        ("profession_unknown", "D3"),
        ("id_number_not_allowed", "E3"),
        ("phone_invalid", "G3"),
        ("date_incomplete", "H3"),
    ]


# What would change


def test_each_difference_is_shown_and_an_empty_cell_says_nothing(town: Bureau, office: User) -> None:
    lawyer, notary = ProfessionFactory(name="律师"), ProfessionFactory(name="公证员")
    town.inside.professions.set([lawyer])
    User.objects.filter(pk=town.inside.pk).update(phone="13800000009", title="科员")
    full = row(
        "曾小红", "东湾公证", "GH1001", title="主任", professions="公证员、律师", phone="13800000001", joined="2020.1.2"
    )
    assert only_row(upload(table(full), office)).changes == [
        {"field": "unit", "old": "和平街道司法所", "new": "东湾公证处"},
        {"field": "title", "old": "科员", "new": "主任"},
        {"field": "professions", "old": "律师", "new": "公证员、律师"},
        {"field": "phone", "old": "13800000009", "new": "13800000001"},
        {"field": "joined_on", "old": "", "new": "2020-01-02"},
    ]
    assert notary.pk
    empty = row("曾小红", "和平所", "GH1001", phone="无")
    found = only_row(upload(table(empty), office))
    assert (found.result, found.changes) == ("unchanged", [])


def test_the_order_of_professions_is_no_change(town: Bureau, office: User) -> None:
    town.inside.professions.set([ProfessionFactory(name="律师"), ProfessionFactory(name="公证员")])
    found = only_row(upload(table(row("曾小红", "和平所", "GH1001", professions="公证员、律师")), office))
    assert found.result == "unchanged"


def test_one_column_for_both_numbers_tells_them_apart(office: User) -> None:
    headings = ("姓名", "单位", "执业证号或工号")
    rows = ["甲甲", "和平所", "DEMO2026000000001"], ["乙乙", "和平所", "GH7"]
    values = [found.values for found in upload(table(*rows, headings=headings), office).rows.order_by("number")]
    assert [(one.get("work_number"), one.get("licence_number")) for one in values] == [
        (None, "DEMO2026000000001"), ("GH7", None),
    ]  # fmt: skip


def test_csv_in_gb18030(office: User) -> None:
    batch = upload(csv_table(row("㐀𠮷", "和平所", "GH7"), encoding="gb18030"), office)
    assert only_row(batch).values["name"] == "㐀𠮷"


# Whose rows


def test_whoever_sees_one_unit_imports_into_it_and_below(town: Bureau, local: User) -> None:
    rows = row("甲甲", "和平所", "GH7"), row("乙乙", "和平调委会", "GH8"), row("丙丙", "东湾公证", "GH9")
    batch = upload(table(*rows), local)
    assert verdicts(batch) == [(3, "new", []), (4, "new", []), (5, "refused", ["unit_not_yours"])]


def test_people_of_other_units_are_neither_changed_nor_named(town: Bureau, local: User) -> None:
    rows = row("欧阳文静", "和平所", "GH2001"), row("别的人", "和平所", "GH2001"), row("欧阳文静", "和平调委会")
    first = only_row(upload(table(rows[0]), local))
    assert [one["code"] for one in first.problems] == ["person_not_yours"]
    second = only_row(upload(table(rows[1]), local))
    assert [(one["code"], one["params"]["text"]) for one in second.problems] == [("number_taken", "")]
    assert only_row(upload(table(rows[2]), local)).result == "new"  # no hint that she is elsewhere


def test_nobody_changes_a_person_who_may_do_more(town: Bureau, office: User, local: User) -> None:
    User.objects.filter(pk=town.outside.pk).update(is_superuser=True)
    found = only_row(upload(table(row("欧阳文静", "东湾公证", "GH2001", title="主任")), office))
    assert [one["code"] for one in found.problems] == ["account_above_yours"]
    same = only_row(upload(table(row("欧阳文静", "东湾公证", "GH2001")), office))
    assert same.result == "unchanged"
    clerk = person_with("leader", unit=town.office, name="局领导", work_number="GH3")
    found = only_row(upload(table(row(clerk.name, "和平所", "GH3", title="主任")), local))
    assert [one["code"] for one in found.problems] == ["account_above_yours"]


def test_a_unit_that_is_no_more(town: Bureau, office: User) -> None:
    Unit.objects.filter(pk=town.committee.pk).update(dissolved_on=datetime.date(2020, 1, 1))
    found = only_row(upload(table(row("甲甲", "和平调委会")), office))
    assert [one["code"] for one in found.problems] == ["unit_dissolved"]


def test_who_has_just_moved_is_not_moved_again(town: Bureau, office: User) -> None:
    today, one = timezone.localdate(), datetime.timedelta(days=1)
    Membership.objects.filter(person=town.inside).update(end=today - 2 * one)
    Membership.objects.create(person=town.inside, unit=town.office, start=today + 9 * one)
    Membership.objects.create(person=town.inside, unit=town.committee, start=today - one, end=today + 8 * one)
    found = only_row(upload(table(row("曾小红", "东湾公证", "GH1001")), office))
    assert [one["code"] for one in found.problems] == ["moved_lately"]


# How many questions


def test_judging_takes_as_many_queries_for_many_as_for_one(
    town: Bureau, office: User, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    from people.services.imports.kinds import kind_of
    from people.services.imports.reading import judge_again

    UnitFactory()
    kind = kind_of("people")
    one = upload(table(row("曾小红", "东湾公证", title="主任")), office)
    many = upload(
        table(*[row(f"{chr(0x4E00 + n)}某", "和平所", f"GH7{n:03}", title="主任") for n in range(60)]), office
    )
    for batch in (one, many):
        rows = list(batch.rows.all())
        by = User.objects.get(pk=office.pk)
        with django_assert_num_queries(19):
            judge_again(batch, rows, kind.facts(by, {}))
    assert Profession.objects.count() == 0
