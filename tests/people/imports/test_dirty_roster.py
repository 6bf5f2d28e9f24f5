"""One deliberately dirty roster, row for row: as a workbook, and as a GBK CSV saved from it."""

from typing import Any

import pytest

from people.enums import ImportStatus
from people.models import ImportBatch, ImportRow, Profession, Unit, User
from people.services.imports.deciding import confirm, undo
from tests.people.imports.helpers import demo_units, dirty, expected, upload

pytestmark = pytest.mark.django_db
FILES = {"dirty_roster.xlsx": True, "dirty_roster_gbk.csv": False}
# What only a workbook shows, and what the CSV twin shows in its place.
IN_CSV = {
    "unit_filled_from_merge": ["unit_filled_from_above"],
    "phone_number_to_text": [],
    "date_cell": ["date_text"],
}


@pytest.fixture
def office() -> User:
    return demo_units()


def wanted_repairs(row: dict[str, Any], is_workbook: bool) -> list[str]:
    if is_workbook:
        return list(row["repairs"])
    return [found for code in row["repairs"] for found in IN_CSV.get(code, [code])]


def stored_values(row: ImportRow) -> dict[str, Any]:
    values = row.values
    licence, work = values.get("licence_number"), values.get("work_number")
    professions = [Profession.objects.get(pk=pk) for pk in values["professions"]]
    return {
        "name": values["name"],
        "unit": Unit.objects.get(pk=values["unit"]).name,
        "professions": [one.name for one in professions],
        "profession_codes": [one.code for one in professions],
        "number": work or licence,
        "number_kind": "work_no" if work else "licence_no" if licence else None,
        "phone": values["phone"],
        "joined": values["joined_on"],
        "title": values["title"],
        "remark": values["remark"],
    }


@pytest.mark.parametrize(("name", "is_workbook"), FILES.items())
def test_every_row_has_its_verdict(office: User, name: str, is_workbook: bool) -> None:
    batch = upload(dirty(name), office)
    rows = {row.number: row for row in batch.rows.all()}
    assert sorted(rows) == [row["row"] for row in expected()["rows"]]
    for row in expected()["rows"]:
        found = rows[row["row"]]
        if row["result"] == "accepted":
            assert (found.result, found.problems) == ("new", []), row["row"]
            assert stored_values(found) == row["values"]
            assert found.repairs == wanted_repairs(row, is_workbook), row["row"]
        else:
            problems = [(one["code"], one["cell"]) for one in found.problems]
            assert (found.result, problems) == ("refused", [(row["reason"]["code"], row["reason"]["cell"])])


@pytest.mark.parametrize("name", FILES)
def test_what_was_found_out_about_the_file(office: User, name: str) -> None:
    batch = upload(dirty(name), office)
    totals = expected()["totals"]
    assert batch.counts == {"new": totals["accepted"], "refused": totals["rejected"]}
    assert (batch.row_count, batch.about["unread"]) == (totals["rows"], 0)
    assert batch.about["not_stored"] == ["性别", "民族", "是否用餐"]
    assert batch.about["others"] == []  # the second sheet is hidden


def test_nothing_is_written_before_it_is_confirmed_and_all_of_it_then(office: User) -> None:
    batch = upload(dirty("dirty_roster.xlsx"), office)
    assert User.objects.count() == 1
    confirm(batch=batch, by=office)
    assert User.objects.count() == 30
    for row in (row for row in expected()["rows"] if row["result"] == "accepted"):
        values = row["values"]
        person = ImportRow.objects.get(batch=batch, number=row["row"]).person
        assert (person.name, person.unit.name, person.title) == (values["name"], values["unit"], values["title"] or "")
        assert [one.code for one in person.professions.all()] == sorted(
            values["profession_codes"], key=lambda code: Profession.objects.get(code=code).position
        )
        assert (person.work_number or person.licence_number or None) == values["number"]
        assert (person.phone or None, str(person.joined_on or "") or None) == (values["phone"], values["joined"])
        assert not person.has_usable_password()


def test_what_is_not_needed_is_stored_nowhere(office: User) -> None:
    batch = upload(dirty("dirty_roster.xlsx"), office)
    kept = str(list(batch.rows.values()))
    assert "维吾尔" not in kept
    assert "蒙古" not in kept
    assert "999999199003070012" not in kept  # the number of an ID card is not kept as typed either
    assert not hasattr(ImportBatch.objects.get(pk=batch.pk), "file")


def test_the_whole_roster_is_taken_back(office: User) -> None:
    batch = confirm(batch=upload(dirty("dirty_roster.xlsx"), office), by=office)
    undo(batch=batch, by=office)
    batch.refresh_from_db()
    assert (User.objects.count(), batch.status) == (1, ImportStatus.UNDONE)


def test_a_second_import_of_the_same_roster_changes_nothing(office: User) -> None:
    confirm(batch=upload(dirty("dirty_roster.xlsx"), office), by=office)
    again = upload(dirty("dirty_roster.xlsx"), office)
    assert again.counts == {"unchanged": 29, "refused": 11}
