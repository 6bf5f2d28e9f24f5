"""Tables of a class for the office, and the nomination list out and in."""

import datetime
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from courses.models import CourseRun, Nomination
from courses.services.attendance import mark
from courses.services.nominations import Named, save_list, sign, submit
from people.enums import ImportStatus
from people.errors import RowUsedSince
from people.models import ImportBatch, Unit, User
from people.services.imports import deciding
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UserFactory,
    home_page,
)
from tests.people.helpers import Bureau, bureau, person_with
from tests.people.imports.helpers import table, verdicts

pytestmark = pytest.mark.django_db
HEADINGS = ("序号", "姓名", "单位", "工号", "备注")


@pytest.fixture
def town() -> Bureau:
    home_page()
    return bureau()


@pytest.fixture
def run(town: Bureau) -> CourseRun:
    return CourseRunFactory(capacity=5, organiser=town.top)


@pytest.fixture
def clerk(client: Client, town: Bureau) -> User:
    person = person_with("clerk", unit=town.office, name="联络员")
    client.force_login(person)
    return person


def cells(response: Any) -> list[list[Any]]:
    assert response.status_code == 200
    return [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows()
    ]


def office(client: Client, town: Bureau) -> User:
    person = person_with("office", unit=town.top)
    client.force_login(person)
    return person


# Out


def test_the_roster_of_a_class(client: Client, town: Bureau, run: CourseRun) -> None:
    office(client, town)
    town.inside.professions.set([ProfessionFactory(name="人民调解员")])
    User.objects.filter(pk=town.inside.pk).update(title="=所长", phone="13800000001")
    EnrolmentFactory(run=run, person=town.inside, unit=town.office)
    EnrolmentFactory(run=run, person=town.outside, unit=town.elsewhere, requested=True)
    title, headings, row = cells(client.get(f"/admin/run-tables/{run.pk}/roster.xlsx"))
    assert title[0] == f"{run.course.title}（{run.class_no}）学员名单"
    assert headings == ["序号", "姓名", "单位", "职务/职称", "人员类别", "工号", "状态"]
    assert row[:6] == [1, "曾小红", "和平街道司法所", "=所长", "人民调解员", "GH1001"]
    assert "13800000001" not in str(row)  # no phone numbers on a list that is put on the table


def test_the_queue_stands_in_its_order(client: Client, town: Bureau, run: CourseRun) -> None:
    office(client, town)
    for person in (town.outside, town.inside):
        EnrolmentFactory(run=run, person=person, waitlisted=True)
    rows = cells(client.get(f"/admin/run-tables/{run.pk}/queue.xlsx"))[2:]
    assert [row[:2] for row in rows] == [[1, "欧阳文静"], [2, "曾小红"]]


def test_the_quotas_with_their_sums(client: Client, town: Bureau, run: CourseRun) -> None:
    office(client, town)
    RunQuotaFactory(run=run, unit=town.office, seats=2)
    RunQuotaFactory(run=run, unit=town.elsewhere, seats=1, profession=ProfessionFactory(name="公证员"))
    CourseRun.objects.filter(pk=run.pk).update(reserve=1)
    rows = cells(client.get(f"/admin/run-tables/{run.pk}/quotas.xlsx"))[2:]
    assert sorted(map(str, rows[:2])) == sorted(
        map(str, [["和平街道司法所", "不限", 2, 0, 0, 2], ["东湾公证处", "公证员", 1, 0, 0, 1]])
    )
    assert rows[2:] == [
        ["合计", None, 3, 0, 0, 3],
        ["预留", None, 1, None, None, None],
        ["总名额", None, 5, None, None, None],
    ]


def test_the_attendance_of_a_class_shows_people_of_the_own_units_alone(
    client: Client, town: Bureau, clerk: User
) -> None:
    starts_at = timezone.now() - datetime.timedelta(minutes=121)
    run = CourseRunFactory(capacity=5, organiser=town.office, starts_at=starts_at)
    people = [EnrolmentFactory(run=run, person=who, unit=where) for who, where in town_people(town)]
    mark(session=run.sessions.get(), marks=[{"enrolment": one, "status": "absent"} for one in people], by=clerk)
    address = f"/admin/run-tables/{run.pk}/attendance.xlsx"

    seen = {}
    for person in (clerk, office(client, town)):
        client.force_login(person)
        seen[person] = [row[1:] for row in cells(client.get(address))[2:]]

    inside = ["曾小红", "和平街道司法所", "GH1001", "缺勤", 0]
    assert seen[clerk] == [inside]
    assert sorted(row[0] for row in seen[person]) == ["曾小红", "欧阳文静"]
    assert f'href="{address}" download' in client.get(f"/admin/runs/board/{run.pk}/").text


def town_people(town: Bureau) -> list[tuple[User, Unit]]:
    return [(town.inside, town.office), (town.outside, town.elsewhere)]


@pytest.mark.parametrize("which", ["roster", "queue"])
def test_a_table_takes_as_many_queries_for_many_as_for_one(
    client: Client, town: Bureau, which: str, django_assert_num_queries: Any
) -> None:
    office(client, town)
    runs = [CourseRunFactory(capacity=9, organiser=town.top) for _ in range(2)]
    for run, count in zip(runs, (1, 6), strict=True):
        for _ in range(count):
            EnrolmentFactory(run=run, person=UserFactory(), waitlisted=which == "queue")
    client.get(f"/admin/run-tables/{runs[0].pk}/{which}.xlsx")
    for run in runs:
        with django_assert_num_queries(7):
            client.get(f"/admin/run-tables/{run.pk}/{which}.xlsx")


def test_who_gets_no_table(client: Client, town: Bureau, run: CourseRun, clerk: User) -> None:
    EnrolmentFactory(run=run, person=town.outside)
    for which in ("roster", "queue", "quotas", "attendance"):
        assert client.get(f"/admin/run-tables/{run.pk}/{which}.xlsx").status_code in (302, 403)
    office(client, town)
    assert client.get(f"/admin/run-tables/{run.pk}/secrets.xlsx").status_code == 404


def listed(run: CourseRun, town: Bureau, clerk: User) -> Nomination:
    return save_list(run=run, unit=town.office, people=[Named(town.below, "副班长"), Named(town.inside)], by=clerk)


def test_the_list_of_a_unit_goes_out_in_its_order_and_comes_back(
    client: Client, town: Bureau, run: CourseRun, clerk: User
) -> None:
    nomination = listed(run, town, clerk)
    response = client.get(f"/admin/nomination-tables/{nomination.pk}.xlsx")
    rows = cells(response)
    assert rows[1][:3] == ["序号", "姓名", "单位"]
    assert [row[:3] for row in rows[2:4]] == [[1, "单志刚", "和平街道人民调解委员会"], [2, "曾小红", "和平街道司法所"]]
    assert [row[0] for row in rows[4:]] == ["填报人：", "审核人：", "（盖章）"]
    nomination.entries.all().delete()
    sent(client, run, SimpleUploadedFile("名单.xlsx", response.content), town)
    batch = ImportBatch.objects.get()
    assert verdicts(batch) == [(3, "new", []), (4, "new", [])]
    deciding.confirm(batch=batch, by=clerk)
    assert [(entry.person, entry.note) for entry in nomination.entries.all()] == [
        (town.below, "副班长"),
        (town.inside, ""),
    ]


def test_lists_of_other_units_do_not_exist(client: Client, town: Bureau, run: CourseRun, clerk: User) -> None:
    nomination = listed(run, town, clerk)
    client.force_login(person_with("clerk", unit=town.elsewhere))
    assert client.get(f"/admin/nomination-tables/{nomination.pk}.xlsx").status_code == 404
    client.force_login(person_with("editor", unit=town.office))
    assert client.get(f"/admin/nomination-tables/{nomination.pk}.xlsx").status_code in (302, 403)


# In


def sent(client: Client, run: CourseRun, file: SimpleUploadedFile, town: Bureau) -> Any:
    return client.post(f"/admin/nomination-tables/import/{run.pk}/", {"unit": town.office.pk, "file": file})


def test_people_of_the_unit_are_added_and_nobody_else(
    client: Client, town: Bureau, run: CourseRun, clerk: User
) -> None:
    save_list(run=run, unit=town.office, people=[Named(town.below)], by=clerk)
    rows = (
        ["1", "曾小红", "和平所", "", "骨干"],
        ["2", "单志刚", "", "GH1002", ""],
        ["3", "没有的人", "", "", ""],
        ["4", "欧阳文静", "", "GH2001", ""],
        ["5", "=1+1", "", "", ""],
    )
    sent(client, run, table(*rows, headings=HEADINGS), town)
    batch = ImportBatch.objects.get()
    assert verdicts(batch) == [
        (3, "new", []),
        (4, "unchanged", []),
        (5, "refused", ["person_unknown"]),
        (6, "refused", ["person_elsewhere"]),
        (7, "refused", ["name_invalid"]),
    ]
    page = client.get(f"/admin/import/{batch.pk}/")
    assert page.status_code == 200
    client.post(f"/admin/import/{batch.pk}/confirm/")
    nomination = Nomination.objects.get()
    assert [(entry.person, entry.note) for entry in nomination.entries.all()] == [
        (town.below, ""),
        (town.inside, "骨干"),
    ]
    client.post(f"/admin/import/{batch.pk}/undo/")
    assert [entry.person for entry in nomination.entries.all()] == [town.below]
    assert User.objects.filter(name="没有的人").count() == 0


def test_namesakes_are_chosen_between_but_nobody_new_is_made(
    client: Client, town: Bureau, run: CourseRun, clerk: User
) -> None:
    twin = UserFactory(name="曾小红", unit=town.office)
    sent(client, run, table(["1", "曾小红", "", "", ""], headings=HEADINGS), town)
    batch = ImportBatch.objects.get()
    page = client.get(f"/admin/import/{batch.pk}/").content.decode()
    assert f'value="{twin.pk}"' in page
    assert 'value="new"' not in page
    assert deciding.choose(batch=batch, choices={3: "new"}, by=clerk) == 1
    assert deciding.choose(batch=batch, choices={3: str(twin.pk)}, by=clerk) == 0
    deciding.confirm(batch=batch, by=clerk)
    assert [entry.person for entry in Nomination.objects.get().entries.all()] == [twin]


def test_a_list_that_was_handed_in_takes_nobody(client: Client, town: Bureau, run: CourseRun, clerk: User) -> None:
    """The rule of the list refuses the writing; the import says so and can be confirmed later."""
    nomination = save_list(run=run, unit=town.office, people=[Named(town.below)], by=clerk)
    sent(client, run, table(["1", "曾小红", "", "", ""], headings=HEADINGS), town)
    head = person_with("unit_head", unit=town.office)
    submit(nomination=sign(nomination=nomination, by=head), by=head)
    batch = ImportBatch.objects.get()
    client.post(f"/admin/import/{batch.pk}/confirm/")
    batch.refresh_from_db()
    assert batch.status == ImportStatus.READY
    assert batch.fault != ""
    assert [entry.person for entry in nomination.entries.all()] == [town.below]


def test_who_was_handed_in_is_not_taken_off(client: Client, town: Bureau, run: CourseRun, clerk: User) -> None:
    sent(client, run, table(["1", "曾小红", "", "", ""], headings=HEADINGS), town)
    batch = deciding.confirm(batch=ImportBatch.objects.get(), by=clerk)
    head = person_with("unit_head", unit=town.office)
    submit(nomination=sign(nomination=Nomination.objects.get(), by=head), by=head)
    with pytest.raises(RowUsedSince):
        deciding.undo(batch=batch, by=clerk)


def test_only_for_the_own_units(client: Client, town: Bureau, run: CourseRun, clerk: User) -> None:
    file = table(["1", "欧阳文静", "", "", ""], headings=HEADINGS)
    client.post(f"/admin/nomination-tables/import/{run.pk}/", {"unit": town.elsewhere.pk, "file": file})
    assert ImportBatch.objects.count() == 0
    assert client.get("/admin/imports/nominations/").status_code == 404  # it belongs to a class
    assert client.get(f"/admin/nomination-tables/import/{run.pk}/").status_code == 200
    assert cells(client.get("/admin/nomination-tables/template.xlsx"))[1][1] == "姓名"
    client.force_login(person_with("leader", unit=town.top))
    assert client.get(f"/admin/nomination-tables/import/{run.pk}/").status_code in (302, 403)
    assert client.get("/admin/nomination-tables/template.xlsx").status_code in (302, 403)
