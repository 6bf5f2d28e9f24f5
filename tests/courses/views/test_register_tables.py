"""Attendance as tables: out for a session and a class, in for a session by way of a preview."""

import datetime
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.tables.writing import write_xlsx
from courses.models import AttendanceEvent, AttendanceRecord
from courses.presenters.attendance_tables import SESSION
from courses.services.attendance import close_register, mark
from people.models import Unit
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory
from tests.office_files import packed

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
HEADINGS = [field.heading for field in SESSION]


@pytest.fixture
def session(trainer):
    """Over for a minute: 120 minutes long."""
    starts_at = timezone.now().replace(second=0, microsecond=0) - 121 * MINUTE
    return CourseRunFactory(trainers=[trainer], capacity=99, starts_at=starts_at).sessions.get()


def person(session, name, work_number=None, unit="和平街道司法所"):
    house = Unit.objects.filter(name=unit).first() or UnitFactory(name=unit)
    who = UserFactory(name=name, work_number=work_number, unit=house)
    return EnrolmentFactory(run=session.run, person=who, unit=who.unit)


@pytest.fixture
def people(session):
    """In the order of the register."""
    return [person(session, "安平", "GH0001"), person(session, "白露", "GH0002"), person(session, "=1+1", "0007")]


def address(session, name="session_table"):
    return reverse(f"courses:{name}", args=[session.pk])


def cells(response):
    assert response.status_code == 200
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).active.iter_rows()]


def table(*rows, headings=HEADINGS, name="考勤.xlsx"):
    """A table as it comes back: each row is {heading: value}."""
    filled = [[row.get(heading, "") for heading in headings] for row in rows]
    fields = [field for field in SESSION if field.heading in headings]
    return SimpleUploadedFile(name, write_xlsx(title="考勤表", fields=fields, rows=filled))


def look(client, session, upload):
    return client.post(address(session), {"file": upload})


def faults(page):
    return [(fault.cell, fault.name, fault.sentence) for fault in page.context["preview"].faults]


def confirm(client, session, page):
    """Send the form that the preview shows."""
    form = dict(re.findall(r'name="((?:seen|minutes|note)-\d+|table)" value="([^"]*)"', page.text))
    form |= dict(re.findall(r'name="(status-\d+)" value="(\w+)"[^>]* checked', page.text))
    return client.post(reverse("courses:grid", args=[session.pk]), form)


def stored(session):
    fields = ("enrolment", "status", "minutes_late", "minutes_early", "note")
    return set(AttendanceRecord.objects.filter(session=session).values_list(*fields))


# Out


def test_the_table_of_a_session_says_everything_about_its_marks(teaching, trainer, session, people):
    _one, two, three = people
    late = {"enrolment": two, "status": "late", "happened_at": session.starts_at + 5 * MINUTE, "note": "+公交晚点"}
    mark(session=session, marks=[{"enrolment": three, "status": "absent"}, late], by=trainer)

    title, headings, *rows = cells(teaching.get(address(session, "session_xlsx")))

    start, came = timezone.localtime(session.starts_at), timezone.localtime(session.starts_at + 5 * MINUTE)
    assert title[0].startswith(f"{session.run.course.title}（{session.run.class_no}）{start:%Y-%m-%d %H:%M}–")
    assert headings == HEADINGS
    unit = "和平街道司法所"
    assert {tuple(row[1:]) for row in rows[:3]} == {
        ("安平", unit, "GH0001", None, None, None, None, None, None, None),
        ("白露", unit, "GH0002", "迟到", 5, None, f"{came:%H:%M}", None, 115, "+公交晚点"),
        ("=1+1", unit, "0007", "缺勤", None, None, None, None, 0, None),
    }
    assert [row[0] for row in rows[:3]] == [1, 2, 3]


def test_no_cell_is_a_formula_and_numbers_of_people_stay_text(teaching, trainer, session, people):
    mark(session=session, marks=[{"enrolment": people[0], "status": "absent", "note": "=HYPERLINK(1)"}], by=trainer)
    for name in ("session_xlsx", "class_xlsx"):
        book = load_workbook(io.BytesIO(teaching.get(address(session, name)).content))
        found = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row if cell.value}
        assert "f" not in found.values()
        assert (found["=1+1"], found["0007"]) == ("s", "s")


def test_the_table_of_a_class_is_person_by_session_with_a_total(sign_in, office, session, people):
    second = ClassSessionFactory(run=session.run, starts_at=session.starts_at - 1440 * MINUTE)
    for held, statuses in ((session, ("present", "absent")), (second, ("late", "present"))):
        marks = [
            {"enrolment": one, "status": status, "happened_at": held.starts_at + 9 * MINUTE}
            for one, status in zip(people, statuses, strict=False)
        ]
        mark(session=held, marks=marks, by=office)

    _title, headings, *rows = cells(sign_in(office).get(address(session, "class_xlsx")))

    assert (headings[:4], headings[-1]) == (["序号", "姓名", "单位", "工号"], "计入分钟合计")
    assert {row[1]: row[4:] for row in rows} == {
        "安平": ["迟到9分钟", "已到", second.minutes - 9 + 120],
        "白露": ["已到", "缺勤", second.minutes],
        "=1+1": [None, None, 0],
    }


def test_a_trainer_takes_along_the_own_sessions_alone(teaching, office, session, people):
    other = ClassSessionFactory(run=session.run, starts_at=session.starts_at - 1440 * MINUTE)
    mark(session=other, marks=[{"enrolment": people[0], "status": "absent"}], by=office)

    _title, headings, *rows = cells(teaching.get(address(session, "class_xlsx")))

    assert len(headings) == 6
    assert "缺勤" not in str(rows)


# In


def test_a_table_that_was_taken_along_comes_back_unchanged(teaching, trainer, session, people):
    one, two, _three = people
    early = {"enrolment": one, "status": "left_early", "happened_at": session.ends_at - 10 * MINUTE}
    late = {"enrolment": one, "status": "late", "happened_at": session.starts_at + 5 * MINUTE}
    mark(session=session, marks=[late, {"enrolment": two, "status": "on_leave", "note": "=病假"}], by=trainer)
    mark(session=session, marks=[early], by=trainer)
    sent = SimpleUploadedFile("考勤.xlsx", teaching.get(address(session, "session_xlsx")).content)

    page = look(teaching, session, sent)

    found = page.context["preview"]
    assert (page.status_code, faults(page), found.grid.changed, found.same) == (200, [], [], 3)
    assert "There is nothing to save from this table." in page.text


def test_what_a_table_changes_is_shown_then_saved_by_one_press(teaching, trainer, session, people):
    one, two, three = people
    mark(session=session, marks=[{"enrolment": one, "status": "present"}], by=trainer)
    rows = [
        {"姓名": "安平", "工号": "GH0001", "考勤": "已到"},
        {"姓名": "白露", "工号": "gh0002", "考勤": "迟到", "迟到分钟": "５", "备注": "公交晚点"},
        {"姓名": "=1+1", "工号": "0007", "考勤": "√"},
    ]

    page = look(teaching, session, table(*rows))

    assert [(line.key, line.said.status, line.said.minutes) for line in page.context["grid"].shown] == [
        (line.key, line.said.status, line.said.minutes)
        for line in page.context["grid"].lines if line.key in (two.pk, three.pk)
    ]  # fmt: skip
    assert (page.context["preview"].same, faults(page), AttendanceEvent.objects.count()) == (1, [], 1)
    assert page.text.count("On the register now: Not marked") == 2

    assert confirm(teaching, session, page).headers["Location"] == reverse("courses:register", args=[session.pk])

    assert stored(session) == {
        (one.pk, "present", 0, 0, ""), (two.pk, "late", 5, 0, "公交晚点"), (three.pk, "present", 0, 0, ""),
    }  # fmt: skip
    assert list(AttendanceEvent.objects.order_by("pk").values_list("source", flat=True)) == [
        "trainer", "import", "import",
    ]  # fmt: skip


def test_refused_rows_name_their_cell_and_the_good_ones_stay(teaching, session, people):
    person(session, "陈一", unit="东湾公证处")
    twin = person(session, "陈一", unit="和平街道司法所")
    rows = [
        {"姓名": "安平", "工号": "GH0001", "考勤": "缺勤"},
        {"姓名": "外人", "工号": "GH0001", "考勤": "已到"},
        {"姓名": "白露", "工号": "GH9999", "考勤": "已到"},
        {"姓名": "白露", "工号": "GH0002", "考勤": "睡着"},
        {"姓名": "白露", "考勤": "迟到"},
        {"姓名": "陈一", "考勤": "已到"},
        {"姓名": "陈一", "单位": "和平街道司法所", "考勤": "请假"},
        {"姓名": "安平", "考勤": "已到"},
        {"姓名": "=1+1", "考勤": "早退", "早退分钟": 121},
    ]

    page = look(teaching, session, table(*rows))

    assert faults(page) == [
        ("B4", "外人", "Nobody on this register has this name and number."),
        ("B5", "白露", "Nobody on this register has this name and number."),
        ("E6", "白露", "“睡着” is none of the states of attendance."),
        ("B7", "白露", "The same person as in row 6."),
        ("B8", "陈一", "Several people on this register have this name: add the work number or the unit."),
        ("B10", "安平", "The same person as in row 3."),
        ("G11", "=1+1", "The session lasts 120 minutes only."),
    ]
    confirm(teaching, session, page)
    assert stored(session) == {(people[0].pk, "absent", 0, 0, ""), (twin.pk, "on_leave", 0, 0, "")}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"考勤": "迟到"}, ("F3", "Please enter the minutes.")),
        ({"考勤": "迟到", "迟到分钟": "很多"}, ("F3", "Enter the minutes as a whole number.")),
        ({"考勤": "迟到", "迟到分钟": "5.5"}, ("F3", "Enter the minutes as a whole number.")),
        (
            {"考勤": "迟到", "迟到分钟": 5, "早退分钟": 3},
            ("G3", "These minutes do not belong to the state of the row; enter them on the register."),
        ),
        ({"考勤": "已到", "备注": "长" * 201}, ("K3", "Ensure this value has at most 200 characters (it has 201).")),
        ({"考勤": "补课"}, ("E3", "Choose one of the attendance states.")),
    ],
)
def test_what_is_wrong_with_a_cell(teaching, session, people, row, fault):
    page = look(teaching, session, table({"姓名": "安平", **row}))
    assert [(cell, sentence) for cell, _name, sentence in faults(page)] == [fault]
    assert page.context["grid"].shown == []


def test_a_row_without_a_state_leaves_everything_as_it_is(teaching, trainer, session, people):
    mark(session=session, marks=[{"enrolment": people[0], "status": "absent"}], by=trainer)
    page = look(teaching, session, table({"姓名": "安平"}, {"姓名": "白露"}))
    assert (page.context["preview"].same, faults(page), page.context["grid"].shown) == (2, [], [])


def test_somebody_who_was_marked_since_the_preview_is_not_overwritten(teaching, session, people):
    page = look(teaching, session, table({"姓名": "安平", "考勤": "已到"}))
    mark(session=session, marks=[{"enrolment": people[0], "status": "absent"}], by=UserFactory())
    confirm(teaching, session, page)
    assert AttendanceRecord.objects.get(enrolment=people[0]).disputed is True


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("考勤.pdf", b"%PDF-1.4"), "Only .xlsx and .csv files can be read."),
        (SimpleUploadedFile("考勤.xlsx", b""), "This file is empty."),
        (SimpleUploadedFile("考勤.csv", "姓名,工号\n安平,1\n".encode()), "The headings were not found: 考勤."),
        (SimpleUploadedFile("考勤.xlsx", packed({"xl/sheet.xml": b"0" * 60_000_000})), "upload-warning"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(teaching, session, people, upload, words):
    page = look(teaching, session, upload)
    assert (page.status_code, page.text.count(words), page.text.count('class="field__error"')) == (422, 1, 1)


def test_a_csv_file_is_as_good(teaching, session, people):
    body = "姓名,工号,考勤,迟到分钟\n安平,GH0001,迟到,7\n".encode("gb18030")
    confirm(teaching, session, look(teaching, session, SimpleUploadedFile("考勤.csv", body)))
    assert stored(session) == {(people[0].pk, "late", 7, 0, "")}


def test_a_closed_register_gives_its_table_and_takes_none(teaching, trainer, session, people):
    mark(session=session, marks=[{"enrolment": one, "status": "present"} for one in people], by=trainer)
    close_register(session=session, by=trainer)

    page, answer = teaching.get(address(session)), look(teaching, session, table({"姓名": "安平", "考勤": "缺勤"}))

    assert page.text.count("This register is closed.") == 1
    assert page.text.count('type="file"') == 0
    assert (answer.status_code, {row[1] for row in stored(session)}) == (409, {"present"})
    assert len(cells(teaching.get(address(session, "session_xlsx")))) > 5


def test_tables_are_for_those_who_keep_the_register(sign_in, visitor, office, learner, session, people):
    for name in ("session_table", "session_xlsx", "class_xlsx"):
        where = address(session, name)
        answers = [sign_in(who).get(where).status_code for who in (UserFactory(), learner, people[0].person, office)]
        assert answers == [404, 404, 404, 200]
        assert visitor.get(where).headers["Location"] == f"{reverse('account_login')}?next={where}"
    assert look(sign_in(learner), session, table({"姓名": "安平", "考勤": "缺勤"})).status_code == 404


def test_the_register_leads_here(teaching, session):
    assert f'href="{address(session)}"' in teaching.get(reverse("courses:register", args=[session.pk])).text


@pytest.mark.parametrize("count", [1, 40])
def test_tables_take_the_same_queries_for_one_and_forty(sign_in, office, session, count, django_assert_num_queries):
    rows = [EnrolmentFactory(run=session.run) for _ in range(count)]
    client = sign_in(office)
    sent = table(*({"姓名": row.person.name, "考勤": "缺勤"} for row in rows))
    with django_assert_num_queries(6):
        client.get(address(session, "session_xlsx"))
    with django_assert_num_queries(7):
        client.get(address(session, "class_xlsx"))
    client.get(address(session))  # what every page keeps is kept
    with django_assert_num_queries(13):
        assert len(look(client, session, sent).context["grid"].shown) == count
