"""The report of attendance: by unit, by person, low attendance; its fields, its scope, its tables, its reminders."""

import datetime
import io
import re

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from courses.services.attendance import close_register, mark
from messaging.models import Message
from tests.courses.backoffice.helpers import learner, say, town
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 6, 1, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def people(client):
    people = town()
    client.force_login(people.office)
    return people


@pytest.fixture
def run(people):
    course = CoursePageFactory(title="调解实务")
    return CourseRunFactory(course=course, starts_at=NOW - 10 * DAY, sessions=2, capacity=60, now=NOW - 30 * DAY)


def sat(run, *rows):
    """Mark the people in each session, then close it: one tuple of (enrolment, status) pairs for each session."""
    trainer = UserFactory()
    for session, pairs in zip(run.sessions.all(), rows, strict=False):
        marks = [{"enrolment": one, "status": status, "happened_at": session.starts_at} for one, status in pairs]
        mark(session=session, marks=marks, by=trainer, at=session.ends_at)
        close_register(session=session, by=trainer, at=session.ends_at, rest="absent")


@pytest.fixture
def half(people, run):
    """One of the firm, present once of twice."""
    return EnrolmentFactory(run=run, person=learner(people.firm, name="王建平", work_number="LS-7"))


@pytest.fixture
def whole(people, run):
    """One of the section, present twice."""
    return EnrolmentFactory(run=run, person=learner(people.section, name="周晓梅"))


@pytest.fixture
def held(run, half, whole):
    sat(run, [(half, "present"), (whole, "present")], [(half, "on_leave"), (whole, "present")])


def percent(share):
    return say("%(percent)d %%", percent=share)


def url(part, **query):
    return reverse(f"attendance_totals:{part}", query=query or None)


def listed(client, part, **query):
    """Name → share of everybody that the part lists."""
    rows = client.get(url(part, **query)).context["rows"]
    return {row.name: row.totals.share for row in rows}


@pytest.mark.usefixtures("held")
def test_by_unit_by_person_and_who_is_below(client):
    assert listed(client, "units") == {"政工室": 100, "明正所": 50}
    assert listed(client, "people") == {"周晓梅": 100, "王建平": 50}
    assert listed(client, "low") == {"王建平": 50}
    assert listed(client, "low", below="50") == {}
    assert listed(client, "low", below="51") == {"王建平": 50}


@pytest.mark.usefixtures("held")
def test_figures_stand_under_their_labels(client, half):
    (row,) = client.get(url("low")).context["rows"]
    assert [value for _label, value in row.cells] == [
        percent(50), "2", "1", "0", "0", "0", "0", "1", "0", "240", "120", "0",
    ]  # fmt: skip
    total = client.get(url("people")).context["total"]
    assert (total.totals.sessions, total.totals.minutes, total.totals.minutes_earned) == (4, 480, 360)


@pytest.mark.usefixtures("held")
def test_the_bars_say_the_same_as_the_table(client):
    chart = client.get(url("units")).context["chart"]
    assert [(bar.label, bar.figure) for bar in chart.bars] == [("政工室", percent(100)), ("明正所", percent(50))]
    assert [code for code, _label in chart.legend] == ["earned", "leave"]
    assert 'role="img" aria-labelledby="units-title units-desc"' in client.get(url("units")).text


@pytest.mark.usefixtures("held")
def test_fields_narrow_all_parts(client, people, run):
    below_firm = UnitFactory(name="分所", parent=people.firm)
    other = CourseRunFactory(starts_at=NOW - 40 * DAY, now=NOW - 60 * DAY)
    row = EnrolmentFactory(run=other, person=learner(below_firm, name="单志刚"))
    sat(other, [(row, "absent")])
    firm = people.firm.pk
    assert listed(client, "people", unit=firm) == {"单志刚": 0, "王建平": 50}
    assert listed(client, "people", course=run.course_id, unit=firm) == {"王建平": 50}
    assert listed(client, "people", q="志刚") == {"单志刚": 0}
    assert listed(client, "people", first="2026-05-01") == {"周晓梅": 100, "王建平": 50}
    assert listed(client, "people", last="2026-05-01") == {"单志刚": 0}
    assert list(listed(client, "low")) == ["单志刚", "王建平"]


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-05-02", "last": "2026-05-01"}, {"first": "0001-01-01"}, {"last": "9999-12-31"}, {"first": "x"},
        {"below": "0"}, {"below": "101"}, {"below": "x"}, {"unit": "999999"}, {"course": "x"},
    ],
)  # fmt: skip
def test_impossible_fields_say_so_and_list_nobody(client, query):
    for part in ("units", "people", "low"):
        page = client.get(url(part, **query))
        assert page.context["rows"] == []
        assert 'role="alert"' in page.text
    assert client.get(url("people_table", **query)).status_code == 200
    client.post(url("remind", **query), {"person": "everybody"})
    assert not Message.objects.filter(kind="attendance_low").exists()


@pytest.mark.usefixtures("held")
def test_a_unit_leads_to_its_people(client, people):
    rows = client.get(url("units", first="2026-05-01")).context["rows"]
    firm = next(row for row in rows if row.name == "明正所")
    assert {row.name for row in client.get(firm.url).context["rows"]} == {"王建平"}
    assert "first=2026-05-01" in firm.url


def test_open_registers_are_counted_apart(client, half):
    (row,) = client.get(url("units")).context["rows"]
    assert (row.totals.sessions, row.totals.waiting) == (0, 2)
    assert client.get(url("low")).context["rows"] == []


@pytest.mark.usefixtures("held")
def test_a_clerk_sees_the_own_unit_and_reminds_nobody(client, people, half, whole):
    client.force_login(people.clerk)
    assert listed(client, "units") == {"明正所": 50}
    assert listed(client, "people", unit=people.section.pk) == {}
    assert listed(client, "low", below="100") == {"王建平": 50}
    assert "周晓梅" not in "".join(str(row) for row in table(client, "people"))
    assert say("Remind") not in client.get(url("low")).text
    assert client.post(url("remind"), {"person": half.person_id}).status_code == 302
    assert not Message.objects.filter(kind="attendance_low").exists()


@pytest.mark.usefixtures("held")
def test_the_leader_sees_all_units(client, people):
    client.force_login(people.leader)
    assert listed(client, "units") == {"政工室": 100, "明正所": 50}


@pytest.mark.parametrize("part", ["units", "people", "low", "units_table", "people_table", "low_table"])
def test_who_sees_no_attendance_sees_no_report(client, people, part):
    client.force_login(people.trainer)
    assert client.get(url(part)).status_code == 302


def table(client, part, **query):
    answer = client.get(url(f"{part}_table", **query))
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


@pytest.mark.usefixtures("held")
def test_the_tables_say_the_same(client):
    people = table(client, "people")
    assert people[0][0] == "人员考勤统计（2026-01-01至2026-06-01）"
    assert people[1][:6] == ("序号", "姓名", "工号", "单位", "出勤率", "课次")
    assert people[2][:7] == (1, "王建平", "LS-7", "东湾明正律师事务所", percent(50), 2, 1)
    assert [row[1] for row in table(client, "low")[2:]] == ["王建平"]
    assert [row[1:4] for row in table(client, "units")[2:]] == [
        ("东湾区司法局政工室", percent(100), 2), ("东湾明正律师事务所", percent(50), 2),
    ]  # fmt: skip


@pytest.mark.usefixtures("held")
def test_one_tap_reminds_one_person_once_a_day(client, half, whole):
    address = url("remind", below="100", first="2026-05-01")
    answer = client.post(address, {"person": half.person_id}, follow=True)
    assert answer.redirect_chain == [(url("low", below="100", first="2026-05-01"), 302)]
    assert list(Message.objects.filter(kind="attendance_low").values_list("person", flat=True)) == [half.person_id]
    (row,) = answer.context["rows"]
    assert row.was_reminded
    client.post(address, {"person": half.person_id})
    assert Message.objects.filter(kind="attendance_low").count() == 1


@pytest.mark.usefixtures("held")
def test_one_tap_reminds_everybody_on_the_list(client, run, half, whole):
    client.post(url("remind"), {"person": "everybody"})
    assert list(Message.objects.filter(kind="attendance_low").values_list("person", flat=True)) == [half.person_id]


@pytest.mark.usefixtures("held")
def test_nobody_above_the_share_or_outside_the_choice_is_reminded(client, people, whole, half):
    client.post(url("remind"), {"person": whole.person_id})
    client.post(url("remind", unit=people.section.pk), {"person": half.person_id})
    for nobody in ("", "x", "-1", "9" * 30):
        assert client.post(url("remind"), {"person": nobody}).status_code == 302
    assert not Message.objects.filter(kind="attendance_low").exists()


@pytest.mark.usefixtures("held")
def test_reports_lead_there(client, people):
    assert url("units") in client.get(reverse("wagtailadmin_home")).text
    client.force_login(people.trainer)
    assert client.get(url("units")).status_code == 302


def test_long_lists_have_pages(client, run):
    rows = [EnrolmentFactory(run=run) for _ in range(51)]
    sat(run, [(row, "absent") for row in rows])
    first, second = client.get(url("people")), client.get(url("people", p="2"))
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert first.context["total"].totals.sessions == 51
    assert re.findall(r'href="([^"]*p=2[^"]*)"', first.text)
    assert len(table(client, "people")) == 53


@pytest.mark.parametrize(("part", "queries"), [("units", 13), ("people", 15), ("low", 16)])
@pytest.mark.parametrize("people_there", [1, 12])
def test_the_same_few_questions_for_any_number(django_assert_num_queries, client, run, part, queries, people_there):
    rows = [EnrolmentFactory(run=run, person=learner(UnitFactory())) for _ in range(people_there)]
    sat(run, [(row, "absent") for row in rows])
    client.get(url(part))
    with django_assert_num_queries(queries):
        client.get(url(part))
