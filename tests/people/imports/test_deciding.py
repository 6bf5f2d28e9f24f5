"""Confirming, writing, cancelling, undoing, keeping."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from people import tasks
from people.enums import ImportStatus
from people.errors import (
    ImportEmpty,
    ImportNotOpen,
    ImportOutdated,
    ImportUndecided,
    RowChangedSince,
    RowUsedSince,
    UndoTooLate,
)
from people.models import ImportBatch, ImportFile, ImportRow, Membership, Unit, User
from people.services.imports import deciding, intake, keeping, reading
from people.services.imports.kinds import kind_of
from people.services.membership import assign_unit
from tests.factories import EnrolmentFactory, ProfessionFactory
from tests.people.helpers import Bureau, bureau, person_with, role
from tests.people.imports.helpers import only_row, table, upload, verdicts

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NEW = ["新来人", "和平所", "科员", "", "GH7", "", "13800000007", "2020.1.2", ""]
CHANGED = ["曾小红", "东湾公证", "主任", "", "GH1001", "", "13800000001", "", ""]


@pytest.fixture
def town() -> Bureau:
    return bureau()


@pytest.fixture
def office(town: Bureau) -> User:
    return person_with("office", unit=town.top, name="政工室")


def done(office: User, *rows: list[str]) -> ImportBatch:
    return deciding.confirm(batch=upload(table(*rows), office), by=office)


def state(person: User) -> dict[str, Any]:
    person = User.objects.get(pk=person.pk)
    return {
        "fields": [person.name, person.title, person.phone, person.work_number, str(person.joined_on)],
        "unit": person.unit.name,
        "professions": [one.name for one in person.professions.all()],
        "memberships": list(person.memberships.order_by("start").values_list("unit__name", "start", "end")),
    }


def log(action: str) -> list[str]:
    return list(ModelLogEntry.objects.filter(action=action).values_list("label", flat=True))


# Confirming


def test_a_new_person_and_a_changed_one_are_written(town: Bureau, office: User) -> None:
    notary = ProfessionFactory(name="公证员")
    new, changed = [*NEW], [*CHANGED]
    new[3] = changed[3] = "公证员"
    batch = done(office, new, changed)
    assert (batch.status, batch.done_at is not None) == (ImportStatus.DONE, True)
    person, today = User.objects.get(work_number="GH7"), timezone.localdate()
    assert (person.username, person.pinyin, person.initials) == ("GH7", "xin lairen", "xlr")
    assert (person.unit, list(person.professions.all())) == (town.office, [notary])
    assert person.memberships.get().start == today
    assert state(town.inside)["memberships"] == [
        ("和平街道司法所", datetime.date(2020, 1, 1), today - DAY),
        ("东湾公证处", today, None),
    ]
    assert state(town.inside)["fields"][1:3] == ["主任", "13800000001"]
    assert log("wagtail.create") == ["新来人"]
    assert log("wagtail.edit") == ["曾小红"]
    assert log("people.assign_unit") == ["曾小红"]
    assert log("people.import_done") == ["花名册.xlsx"]


def test_names_of_accounts_never_collide(town: Bureau, office: User) -> None:
    User.objects.filter(pk=town.outside.pk).update(username="xinlairen")
    done(office, ["新来人", "和平所"], ["新来人", "东湾公证"])
    made = User.objects.filter(name="新来人").order_by("pk")
    assert [person.username for person in made] == ["xinlairen2", "xinlairen3"]


def test_refused_rows_are_left_out_and_the_rest_is_written(office: User) -> None:
    batch = done(office, NEW, ["=1+1", "和平所"])
    assert verdicts(batch) == [(3, "new", []), (4, "refused", ["name_invalid"])]
    assert User.objects.filter(work_number="GH7").count() == 1


def test_what_cannot_be_confirmed(town: Bureau, office: User) -> None:
    asking = upload(table(["曾小红", "东湾公证"], NEW), office)
    with pytest.raises(ImportUndecided):
        deciding.confirm(batch=asking, by=office)
    idle = upload(table(["曾小红", "和平所"]), office)
    with pytest.raises(ImportEmpty):
        deciding.confirm(batch=idle, by=office)
    batch = done(office, NEW)
    with pytest.raises(ImportNotOpen):
        deciding.confirm(batch=batch, by=office)
    with pytest.raises(ImportNotOpen):
        deciding.choose(batch=batch, choices={}, by=office)
    assert User.objects.filter(name="新来人").count() == 1


def test_what_changed_since_the_preview_is_looked_at_again(town: Bureau, office: User) -> None:
    batch = upload(table(CHANGED, NEW), office)
    User.objects.filter(pk=town.inside.pk).update(phone="13800000001")
    with pytest.raises(ImportOutdated):
        deciding.confirm(batch=batch, by=office)
    batch.refresh_from_db()
    fields = [change["field"] for change in batch.rows.get(number=3).changes]
    assert (batch.status, fields) == (ImportStatus.READY, ["unit", "title"])
    assert not User.objects.filter(work_number="GH7").exists()  # all or nothing
    assert deciding.confirm(batch=batch, by=office).status == ImportStatus.DONE


def test_a_number_that_somebody_else_took_meanwhile(
    town: Bureau, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the judging and the writing: the database refuses, nothing is written, the preview is anew."""
    batch = upload(table(NEW), office)
    kind = type(kind_of("people"))
    write = kind.write

    def overtaken(self: Any, rows: Any, facts: Any, by: Any) -> None:
        User.objects.filter(pk=town.outside.pk).update(work_number="GH7")
        write(self, rows, facts, by)

    monkeypatch.setattr(kind, "write", overtaken)
    with pytest.raises(ImportOutdated):
        deciding.confirm(batch=batch, by=office)
    monkeypatch.setattr(kind, "write", write)
    User.objects.filter(pk=town.outside.pk).update(work_number="GH8")
    assert deciding.confirm(batch=batch, by=office).status == ImportStatus.DONE


def test_writing_twice_writes_once(office: User) -> None:
    batch = done(office, NEW)
    deciding.write(batch.pk)
    reading.prepare(batch.pk)
    assert User.objects.filter(name="新来人").count() == 1


def test_long_tables_go_to_the_worker(
    office: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(intake, "AT_ONCE", 10)
    monkeypatch.setattr(deciding, "AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(table(NEW), office)
        assert batch.status == ImportStatus.WAITING
    batch.refresh_from_db()
    assert (batch.status, batch.progress, batch.row_count) == (ImportStatus.READY, 1, 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert deciding.confirm(batch=batch, by=office).status == ImportStatus.CONFIRMED
    batch.refresh_from_db()
    assert batch.status == ImportStatus.DONE


def test_a_long_table_that_cannot_be_read_says_why(
    office: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(intake, "AT_ONCE", 10)
    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(table(["x"], headings=("没有姓名",)), office)
    batch.refresh_from_db()
    assert (batch.status, "姓名" in batch.fault) == (ImportStatus.FAILED, True)
    assert ImportFile.objects.count() == 0


def test_a_short_table_that_cannot_be_read_leaves_nothing(office: User) -> None:
    with pytest.raises(ValidationError, match="姓名"):
        upload(table(["x"], headings=("没有姓名",)), office)
    assert ImportBatch.objects.count() == 0


def test_imported_people_are_found_by_the_search(office: User, django_capture_on_commit_callbacks: Any) -> None:
    from wagtail.search.backends import get_search_backend

    batch = upload(table(NEW), office)
    with django_capture_on_commit_callbacks(execute=True):
        deciding.confirm(batch=batch, by=office)
    found = get_search_backend().search("新来人", User)
    assert [person.name for person in found] == ["新来人"]


# Cancelling


def test_cancelling_leaves_nothing_of_the_table(office: User) -> None:
    batch = intake.cancel(batch=upload(table(NEW), office), by=office)
    assert (batch.status, ImportRow.objects.count(), ImportFile.objects.count()) == (ImportStatus.CANCELLED, 0, 0)
    with pytest.raises(ImportNotOpen):
        deciding.confirm(batch=batch, by=office)
    with pytest.raises(ImportNotOpen):
        intake.cancel(batch=batch, by=office)


def waiting(office: User, *rows: list[str]) -> ImportBatch:
    batch = ImportBatch.objects.create(kind="people", file_name="花名册.xlsx", by=office)
    ImportFile.objects.create(batch=batch, content=table(*rows).read())
    return batch


def test_cancelling_while_it_is_read_stops_the_reading(office: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AT_A_TIME", 1)
    batch = waiting(office, NEW, CHANGED)
    kind = type(kind_of("people"))
    clean, cleaned = kind.clean, []

    def cancelled(self: Any, record: Any, facts: Any) -> Any:
        cleaned.append(record.number)
        intake.cancel(batch=batch, by=office)
        return clean(self, record, facts)

    monkeypatch.setattr(kind, "clean", cancelled)
    reading.prepare(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, cleaned) == (ImportStatus.CANCELLED, [3])
    assert (batch.rows.count(), ImportFile.objects.count()) == (0, 0)


# Undoing


def test_all_of_it_is_taken_back(town: Bureau, office: User) -> None:
    lawyer = ProfessionFactory(name="律师")
    ProfessionFactory(name="公证员")
    town.inside.professions.set([lawyer])
    before, people = state(town.inside), User.objects.count()
    batch = done(office, NEW, [*CHANGED[:3], "公证员", *CHANGED[4:]])
    assert state(town.inside) != before
    assert deciding.undo(batch=batch, by=office).status == ImportStatus.UNDONE
    assert (state(town.inside), User.objects.count()) == (before, people)
    assert log("wagtail.delete") == ["新来人"]
    assert log("people.import_undone") == ["花名册.xlsx"]
    with pytest.raises(ImportNotOpen):
        deciding.undo(batch=batch, by=office)


def test_a_membership_that_was_to_end_ends_then_again(town: Bureau, office: User) -> None:
    end = timezone.localdate() + 9 * DAY
    Membership.objects.filter(person=town.inside).update(end=end)
    batch = done(office, CHANGED)
    deciding.undo(batch=batch, by=office)
    assert town.inside.memberships.get().end == end


def test_a_first_work_number_is_taken_away_again(town: Bureau, office: User) -> None:
    User.objects.filter(pk=town.inside.pk).update(work_number=None)
    batch = done(office, ["曾小红", "和平所", "", "", "GH7"])
    deciding.undo(batch=batch, by=office)
    assert User.objects.get(pk=town.inside.pk).work_number is None


def test_undoing_ends_after_a_day(office: User) -> None:
    batch = done(office, NEW)
    ImportBatch.objects.filter(pk=batch.pk).update(done_at=timezone.now() - DAY)
    with pytest.raises(UndoTooLate):
        deciding.undo(batch=batch, by=office)


def test_what_was_changed_since_is_not_undone(town: Bureau, office: User) -> None:
    batch = done(office, NEW, CHANGED)
    User.objects.filter(pk=town.inside.pk).update(title="股长")
    with pytest.raises(RowChangedSince, match="4: 曾小红"):
        deciding.undo(batch=batch, by=office)
    assert User.objects.filter(work_number="GH7").exists()


def test_who_was_moved_since_is_not_undone(town: Bureau, office: User) -> None:
    batch = done(office, NEW)
    person = User.objects.get(work_number="GH7")
    person.memberships.update(start=timezone.localdate() - DAY)
    assign_unit(person=person, unit=town.elsewhere, start=timezone.localdate(), by=office)
    with pytest.raises(RowChangedSince):
        deciding.undo(batch=batch, by=office)


@pytest.mark.parametrize("use", ["enrolment", "sign-in", "role", "import"])
def test_who_was_used_since_is_not_removed(town: Bureau, office: User, use: str) -> None:
    batch = done(office, NEW)
    person = User.objects.get(work_number="GH7")
    if use == "enrolment":
        EnrolmentFactory(person=person)
    elif use == "sign-in":
        User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    elif use == "role":
        person.groups.add(role("learner"))
    else:
        ImportBatch.objects.create(kind="people", file_name="x.csv", by=person)
    with pytest.raises(RowUsedSince, match="新来人"):
        deciding.undo(batch=batch, by=office)
    assert User.objects.filter(pk=person.pk).exists()


# Keeping


def test_after_a_day_the_rows_are_gone(office: User) -> None:
    batch, now = done(office, NEW), timezone.now()
    assert keeping.close_old(now + DAY - datetime.timedelta(minutes=1)) == 0
    assert keeping.close_old(now + DAY + datetime.timedelta(minutes=1)) == 1
    assert (batch.rows.count(), ImportBatch.objects.get().counts) == (0, {"new": 1})


def test_an_import_that_nobody_confirms_is_given_up_after_a_day(office: User) -> None:
    batch = upload(table(NEW), office)
    keeping.close_old(timezone.now() + DAY + datetime.timedelta(minutes=1))
    batch.refresh_from_db()
    assert (batch.status, batch.rows.count()) == (ImportStatus.CANCELLED, 0)


def test_a_task_that_was_lost_is_given_again(office: User) -> None:
    batch = waiting(office, NEW)
    ImportBatch.objects.filter(pk=batch.pk).update(status=ImportStatus.READING)
    assert keeping.wake(timezone.now()) == 0
    assert keeping.wake(timezone.now() + datetime.timedelta(minutes=11)) == 1
    batch.refresh_from_db()
    assert (batch.status, batch.rows.count()) == (ImportStatus.READY, 1)


# Units


def units_table(*rows: list[str]) -> Any:
    return table(*rows, headings=("序号", "单位名称", "简称", "单位类型", "上级单位"), name="单位.xlsx")


def test_units_with_their_tree(town: Bureau, office: User) -> None:
    batch = upload(
        units_table(
            ["1", "新城街道调委会", "新城调委会", "mediation_committee", "新城所"],
            ["2", "新城街道司法所", "新城所", "judicial_office", "区司法局"],
            ["3", "和平街道司法所", "和平司法所", "judicial_office", ""],
            ["4", "无类型", "", "", ""],
            ["5", "无上级", "", "law_firm", "没有的单位"],
            ["6", "重名", "和平调委会", "law_firm", ""],
            ["7", "东湾司法局甲", "甲甲", "law_firm", "东湾司法局甲"],
        ),
        office,
        "units",
    )
    assert verdicts(batch) == [
        (3, "new", []),
        (4, "new", []),
        (5, "changed", []),
        (6, "refused", ["unit_type_missing"]),
        (7, "refused", ["parent_unknown"]),
        (8, "refused", ["short_name_taken"]),
        (9, "refused", ["parent_loop"]),
    ]
    names = set(Unit.objects.values_list("name", flat=True))
    batch = deciding.confirm(batch=batch, by=office)
    new = Unit.objects.get(name="新城街道调委会")
    assert (new.parent.name, new.parent.parent, new.type) == ("新城街道司法所", town.top, "mediation_committee")
    assert Unit.objects.get(pk=town.office.pk).short_name == "和平司法所"
    deciding.undo(batch=batch, by=office)
    assert set(Unit.objects.values_list("name", flat=True)) == names
    assert Unit.objects.get(pk=town.office.pk).short_name == "和平所"


def test_a_unit_with_people_is_not_taken_back(town: Bureau, office: User) -> None:
    batch = deciding.confirm(
        batch=upload(units_table(["1", "新城街道司法所", "新城所", "judicial_office", "区司法局"]), office, "units"),
        by=office,
    )
    assign_unit(
        person=town.outside, unit=Unit.objects.get(short_name="新城所"), start=timezone.localdate(), by=office
    )  # fmt: skip
    with pytest.raises(RowUsedSince, match="新城街道司法所"):
        deciding.undo(batch=batch, by=office)


# How many questions


def test_writing_takes_as_many_queries_for_fifty_as_for_one(office: User, django_assert_num_queries: Any) -> None:
    batches = [
        upload(
            table(*[[f"{chr(0x4E00 + count + n)}某", "和平所", "", "", f"GH{count}{n:03}"] for n in range(count)]),
            office,
        )
        for count in (1, 50)
    ]
    for batch in batches:
        with django_assert_num_queries(60):
            deciding.confirm(batch=batch, by=User.objects.get(pk=office.pk))
        assert only_row(batch).result == "new" if batch is batches[0] else batch.rows.count() == 50
    assert tasks.AT_A_TIME >= 50
