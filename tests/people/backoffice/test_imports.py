"""The screens of an import: who gets in, what they say, and that each button makes one call."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from core.tables.reading import read_sheet
from people.enums import ImportStatus
from people.models import ImportBatch, Profession, User
from tests.factories import UserFactory, home_page
from tests.people.helpers import Bureau, bureau, person_with
from tests.people.imports.helpers import HEADINGS, demo_units, dirty, only_row, table, upload

pytestmark = pytest.mark.django_db
NEW = ["新来人", "和平所", "科员", "", "GH7", "", "13800000007", "2020.1.2", ""]


@pytest.fixture
def town() -> Bureau:
    home_page()
    return bureau()


@pytest.fixture
def office(client: Client, town: Bureau) -> User:
    person = person_with("office", unit=town.top, name="政工室")
    client.force_login(person)
    return person


def look(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def sent(client: Client, file: SimpleUploadedFile, kind: str = "people") -> Any:
    return client.post(f"/admin/imports/{kind}/", {"file": file})


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return response.content


# From the upload to the undoing


def test_the_whole_way(client: Client, office: User) -> None:
    response = sent(client, table(NEW, ["=1+1", "和平所"]))
    batch = ImportBatch.objects.get()
    assert response.headers["Location"] == f"/admin/import/{batch.pk}/"
    page = look(client, response.headers["Location"])
    for words in ("新来人", "<code>A4</code>", "将新增" if "将新增" in page else "Will be added"):
        assert words in page
    assert not User.objects.filter(work_number="GH7").exists()
    client.post(f"/admin/import/{batch.pk}/confirm/")
    assert User.objects.filter(work_number="GH7").count() == 1
    assert f"/admin/import/{batch.pk}/undo/" in look(client, f"/admin/import/{batch.pk}/")
    client.post(f"/admin/import/{batch.pk}/undo/")
    assert not User.objects.filter(work_number="GH7").exists()
    assert f"/admin/import/{batch.pk}/undo/" not in look(client, f"/admin/import/{batch.pk}/")


def test_a_file_that_is_refused_keeps_the_form_and_stores_nothing(client: Client, office: User) -> None:
    for file in (
        SimpleUploadedFile("a.exe", b"MZ"),
        table(["x"], headings=("没有姓名",)),
        SimpleUploadedFile("a.csv", b""),
    ):
        response = sent(client, file)
        assert (response.status_code, ImportBatch.objects.count()) == (200, 0)
        assert "error-message" in response.content.decode()


def test_the_form_warns_of_secrets(client: Client, office: User) -> None:
    assert 'class="upload-warning"' in look(client, "/admin/imports/people/")


def test_who_is_meant_is_chosen_by_radio_button(client: Client, town: Bureau, office: User) -> None:
    sent(client, table(["曾小红", "东湾公证"], NEW))
    batch = ImportBatch.objects.get()
    page = look(client, f"/admin/import/{batch.pk}/")
    assert f'name="row-3" value="{town.inside.pk}"' in page
    assert f"/admin/import/{batch.pk}/confirm/" not in page  # not before everything is chosen
    client.post(f"/admin/import/{batch.pk}/confirm/")
    assert ImportBatch.objects.get().status == ImportStatus.READY
    client.post(f"/admin/import/{batch.pk}/choose/", {"row-3": str(town.inside.pk), "row-x": "1", "other": "2"})
    assert batch.rows.get(number=3).person == town.inside
    page = look(client, f"/admin/import/{batch.pk}/")
    assert f'value="{town.inside.pk}" checked' in page
    assert f"/admin/import/{batch.pk}/confirm/" in page


def test_cancelling(client: Client, office: User) -> None:
    sent(client, table(NEW))
    batch = ImportBatch.objects.get()
    client.post(f"/admin/import/{batch.pk}/cancel/")
    assert ImportBatch.objects.get().status == ImportStatus.CANCELLED
    assert "新来人" not in look(client, f"/admin/import/{batch.pk}/")


def test_while_it_is_read_the_page_shows_how_far_it_is(client: Client, office: User) -> None:
    batch = ImportBatch.objects.create(
        kind="people", file_name="长.xlsx", by=office, status=ImportStatus.READING, row_count=5000, progress=1500
    )
    page = look(client, f"/admin/import/{batch.pk}/")
    assert '<progress id="import-progress" max="5000" value="1500">' in page
    assert f"/admin/import/{batch.pk}/cancel/" in page


def test_what_is_not_stored_is_said_once(client: Client, office: User) -> None:
    sent(client, table(["甲甲", "和平所", "女"], ["乙乙", "和平所", "男"], headings=("姓名", "单位", "性别")))
    page = look(client, f"/admin/import/{ImportBatch.objects.get().pk}/")
    assert page.count("性别") == 1


def test_the_list_is_narrowed_and_cut_into_pages(client: Client, office: User) -> None:
    rows = [[f"{chr(0x4E00 + n)}某", "和平所", "", "", f"GH7{n:03}"] for n in range(60)]
    sent(client, table(*rows, ["=1+1", "和平所"]))
    pk = ImportBatch.objects.get().pk
    assert look(client, f"/admin/import/{pk}/").count('class="import-row ') == 50
    assert look(client, f"/admin/import/{pk}/?p=2").count('class="import-row ') == 11
    assert look(client, f"/admin/import/{pk}/?result=refused").count('class="import-row ') == 1
    assert look(client, f"/admin/import/{pk}/?result=nonsense&p=x").count('class="import-row ') == 50


def test_the_preview_takes_as_many_queries_for_many_as_for_one(
    client: Client, town: Bureau, office: User, django_assert_num_queries: Any
) -> None:
    UserFactory(name="曾小红", unit=town.committee)
    one = upload(table(["曾小红", "东湾公证"]), office)
    many = upload(table(*[["曾小红", unit.name] for unit in (town.top, town.elsewhere)], *[NEW[:4]] * 1), office)
    look(client, f"/admin/import/{one.pk}/")
    for batch in (one, many):
        with django_assert_num_queries(14):
            look(client, f"/admin/import/{batch.pk}/")


# Files


def test_the_template_has_drop_downs_and_an_example_that_is_not_imported(
    client: Client, town: Bureau, office: User
) -> None:
    Profession.objects.create(code="lawyer", name="律师", name_en="lawyer")
    file = body(client.get("/admin/imports/people/template.xlsx"))
    book = load_workbook(io.BytesIO(file))
    headings = [cell.value for cell in book.worksheets[0][2]]
    assert headings == ["序号", *HEADINGS]
    rules = {str(rule.sqref): rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules == {"C3:C2001": "lists!$A$1:$A$4", "E3:E2001": "lists!$B$1:$B$1"}
    assert {row[0].value for row in book["lists"]} == {
        "东湾区司法局",
        "和平街道司法所",
        "和平街道人民调解委员会",
        "东湾公证处",
    }
    assert only_row(upload(SimpleUploadedFile("t.xlsx", file), office)).result == "refused"


def test_the_template_for_units(client: Client, office: User) -> None:
    client.force_login(UserFactory(superuser=True))
    book = load_workbook(io.BytesIO(body(client.get("/admin/imports/units/template.xlsx"))))
    assert [cell.value for cell in book.worksheets[0][2]] == ["序号", "单位名称", "简称", "单位类型", "上级单位"]


def test_refused_rows_come_back_with_the_reason(client: Client, office: User) -> None:
    sent(client, table(NEW, ["=1+1", "和平所"]))
    file = body(client.get(f"/admin/import/{ImportBatch.objects.get().pk}/rows.xlsx?result=refused"))
    sheet = load_workbook(io.BytesIO(file)).worksheets[0]
    [headings, row] = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=2, max_row=3)]
    found = dict(zip(headings, row, strict=True))
    assert (found["姓名"], found["单位"], sheet.max_row) == ("=1+1", "和平所", 3)
    assert str(row[-1]).startswith("A4：")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_formula_like_text_goes_out_as_text_and_comes_back(client: Client, ending: str) -> None:
    """The export check of the dirty roster: row 15 holds =HYPERLINK(…) in its remark."""
    home_page()
    office = demo_units()
    client.force_login(office)
    batch = upload(dirty("dirty_roster.xlsx"), office)
    remark = batch.rows.get(number=15).values["remark"]
    assert remark.startswith("=HYPERLINK(")
    file = body(client.get(f"/admin/import/{batch.pk}/rows.{ending}"))
    sheet = read_sheet(SimpleUploadedFile(f"a.{ending}", file))
    place = sheet.values[1 if ending == "xlsx" else 0].index("备注")
    fields = [str(row[place]) for row in sheet.values if len(row) > place]
    if ending == "csv":
        assert not any(field.startswith(("=", "+", "-", "@", "\t", "\r")) for field in fields)
    else:
        assert remark in fields
        assert b"<f>" not in file
    again = upload(SimpleUploadedFile(f"a.{ending}", file), office)
    assert [
        row.values["remark"]
        for row in again.rows.all()
        if row.values.get("remark", "") and "HYPERLINK" in row.values["remark"]
    ] == [remark]
    assert again.counts["new"] == 29


# Who gets in


@pytest.mark.parametrize("code", ["clerk", "leader", "editor", "learner", "auditor"])
def test_those_who_may_not_change_people_get_nothing(client: Client, town: Bureau, office: User, code: str) -> None:
    batch = upload(table(NEW), office)
    client.force_login(person_with(code, unit=town.top))
    gets = [
        "imports/people/",
        "imports/people/template.xlsx",
        "imports/units/",
        f"import/{batch.pk}/",
        f"import/{batch.pk}/rows.csv",
    ]
    posts = [f"import/{batch.pk}/{verb}/" for verb in ("choose", "confirm", "cancel", "undo")]
    answers = [client.get(f"/admin/{path}") for path in gets] + [client.post(f"/admin/{path}") for path in posts]
    assert all(answer.status_code in (302, 403) for answer in answers)
    assert not any("新来人" in answer.content.decode() for answer in answers)
    batch.refresh_from_db()
    assert batch.status == ImportStatus.READY


def test_an_import_of_somebody_else_does_not_exist_for_whoever_sees_one_unit(
    client: Client, town: Bureau, office: User
) -> None:
    from tests.people.helpers import unit_manager

    batch = upload(table(NEW), office)
    local = unit_manager(town.office)
    client.force_login(local)
    assert client.get(f"/admin/import/{batch.pk}/").status_code == 404
    assert client.post(f"/admin/import/{batch.pk}/confirm/").status_code == 404
    assert "花名册.xlsx" not in look(client, "/admin/imports/people/")
    own = upload(table(NEW, name="自己的.xlsx"), local)
    assert "自己的.xlsx" in look(client, "/admin/imports/people/")
    assert client.get(f"/admin/import/{own.pk}/").status_code == 200


def test_the_menu_shows_what_one_may_import(client: Client, town: Bureau, office: User) -> None:
    def menu() -> list[bool]:
        page = look(client, "/admin/")
        return [f"/admin/imports/{kind}/" in page for kind in ("people", "units")]

    assert menu() == [True, False]
    client.force_login(person_with("admin", unit=town.top))
    assert menu() == [True, True]
    client.force_login(person_with("clerk", unit=town.top))
    assert menu() == [False, False]


def test_an_unknown_kind_does_not_exist(client: Client, office: User) -> None:
    assert client.get("/admin/imports/secrets/").status_code == 404
    assert client.get("/admin/import/999999/").status_code == 404
