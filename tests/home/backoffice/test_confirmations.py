"""Who has confirmed: the office sees everybody, a clerk the own units, and nobody else anything."""

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from wagtail.models import PageLogEntry

from home.models import NoticePage, NoticeReceipt, NoticeReminder
from people.models import User
from tests.courses.backoffice.helpers import say
from tests.factories import NoticePageFactory, ProfessionFactory, UserFactory, close_to, home_page
from tests.people.helpers import Bureau, bureau, person_with
from tests.spreadsheets import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
INDEX = "/admin/notice-confirmations/"


@pytest.fixture
def town() -> Bureau:
    home_page()
    return bureau()


def signed_in(client: Client, code: str, unit: Any) -> User:
    person = person_with(code, unit=unit, name="查看人")
    client.force_login(person)
    return person


def confirm(notice: NoticePage, person: User) -> None:
    NoticeReceipt.objects.create(notice=notice, person=person, round=notice.confirm_round, confirmed_at=NOW)


def look(client: Client, path: str, **asked: Any) -> str:
    response = client.get(path, asked)
    assert response.status_code == 200
    return response.content.decode()


def cells(html: str) -> list[list[str]]:
    """The rows of the table, each as its texts."""
    table = re.search(r'<table class="(?:listing|table)[^"]*">.*?</table>', html, re.DOTALL)
    body = table[0].partition("<tbody")[2] if table else ""  # none, if the list is empty
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)]
        for row in rows
    ]


# The list of notices


def test_the_office_sees_the_numbers_of_everybody(client: Client, town: Bureau) -> None:
    office = signed_in(client, "office", town.top)
    notice = NoticePageFactory(title="保密培训", asks=True, confirm_by=datetime.date(2020, 1, 2))
    confirm(notice, town.outside)
    [row] = cells(look(client, INDEX))
    assert (row[0], row[1], row[3:]) == ("保密培训", "2020-01-02", ["4", "1", "3"])
    assert office.unit == town.top


def test_a_clerk_sees_the_numbers_of_the_own_units_alone(client: Client, town: Bureau) -> None:
    signed_in(client, "clerk", town.office)
    notice = NoticePageFactory(asks=True)
    confirm(notice, town.below)
    confirm(notice, town.outside)
    [row] = cells(look(client, INDEX))
    assert row[3:] == ["3", "1", "2"]


def test_a_notice_for_another_unit_is_not_told_of(client: Client, town: Bureau) -> None:
    signed_in(client, "clerk", town.office)
    other = NoticePageFactory(title="别的单位", asks=True, confirm_units=[town.elsewhere])
    closed = close_to(NoticePageFactory(title="别人看的", asks=True), person=town.outside)
    NoticePageFactory(title="不要求确认")
    html = look(client, INDEX)
    assert cells(html) == []
    for notice in (other, closed):
        assert notice.title not in html
        for part in ("", "results/", "print/", "remind/"):
            assert client.get(f"{INDEX}{notice.pk}/{part}").status_code == 404
    assert client.post(f"{INDEX}{other.pk}/remind/").status_code == 404
    assert cells(look(client, INDEX, q="别的")) == []
    assert csv_rows(client.get(INDEX, {"export": "csv"})) == []


def test_the_list_is_searched_and_exported(client: Client, town: Bureau) -> None:
    signed_in(client, "office", None)
    NoticePageFactory(title="=1+1", asks=True)
    NoticePageFactory(title="保密培训", asks=True)
    assert [row[0] for row in cells(look(client, INDEX, q="保密"))] == ["保密培训"]
    rows = csv_rows(client.get(INDEX, {"export": "csv"}))
    assert [next(iter(row.values())) for row in rows] == ["保密培训", "'=1+1"]
    assert [list(row.values())[4:] for row in rows] == [["3", "0", "3"]] * 2


# One notice


def test_those_who_are_missing_stand_first(client: Client, town: Bureau) -> None:
    office = signed_in(client, "office", None)
    notice = NoticePageFactory(asks=True)
    confirm(notice, town.inside)
    NoticeReminder.objects.create(notice=notice, person=town.below, by=office, round=1, reminded_at=NOW)
    rows = cells(look(client, f"{INDEX}{notice.pk}/"))
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("欧阳文静", "东湾公证", ""),
        ("单志刚", "和平调委会", ""),
        ("曾小红", "和平所", "2026-11-27 09:30"),
    ]
    assert "2026-11-27 09:30" in rows[1][4]


def test_a_clerk_sees_the_own_people_alone(client: Client, town: Bureau) -> None:
    signed_in(client, "clerk", town.committee)
    notice = NoticePageFactory(asks=True)
    for path in (f"{INDEX}{notice.pk}/", f"{INDEX}{notice.pk}/results/", f"{INDEX}{notice.pk}/print/"):
        html = look(client, path)
        assert "单志刚" in html
        assert "曾小红" not in html
        assert "欧阳文静" not in html
    rows = csv_rows(client.get(f"{INDEX}{notice.pk}/", {"export": "csv"}))
    assert {next(iter(row.values())) for row in rows} == {"单志刚", "查看人"}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"state": "confirmed"}, ["单志刚"]),
        ({"state": "missing"}, ["曾小红", "欧阳文静"]),
        ({"unit": "office"}, ["曾小红", "单志刚"]),
        ({"unit": "committee"}, ["单志刚"]),
        ({"professions": "mediators"}, ["单志刚"]),
        ({"q": "ouyang"}, ["欧阳文静"]),
        ({"q": "nobody"}, []),
    ],
)
def test_people_are_narrowed(client: Client, town: Bureau, asked: dict[str, str], names: list[str]) -> None:
    signed_in(client, "office", None)
    mediators = ProfessionFactory()
    town.below.professions.add(mediators)
    notice = NoticePageFactory(asks=True)
    confirm(notice, town.below)
    keys = {"office": town.office.pk, "committee": town.committee.pk, "mediators": mediators.pk}
    given = {name: keys.get(value, value) for name, value in asked.items()}
    assert {row[0] for row in cells(look(client, f"{INDEX}{notice.pk}/", **given))} == set(names)


def test_the_spreadsheet_holds_no_formula_and_shanghai_time(client: Client, town: Bureau) -> None:
    signed_in(client, "office", None)
    notice = NoticePageFactory(asks=True, confirm_units=[town.committee])
    User.objects.filter(pk=town.below.pk).update(name="=SUM(A1)")
    confirm(notice, town.below)
    [row] = xlsx_rows(client.get(f"{INDEX}{notice.pk}/", {"export": "xlsx"}))
    values = list(row.values())
    assert (values[0].value, values[0].data_type) == ("=SUM(A1)", "s")
    assert values[4].value == datetime.datetime(2026, 11, 27, 9, 30)  # noqa: DTZ001 - a cell knows no zone
    [line] = csv_rows(client.get(f"{INDEX}{notice.pk}/", {"export": "csv"}))
    assert next(iter(line.values())) == "'=SUM(A1)"


def test_the_printed_list_is_narrowed_as_on_the_screen(client: Client, town: Bureau) -> None:
    signed_in(client, "office", None)
    notice = NoticePageFactory(title="保密培训", asks=True)
    confirm(notice, town.below)
    assert f"{INDEX}{notice.pk}/print/?state=missing" in look(client, f"{INDEX}{notice.pk}/", state="missing")
    html = look(client, f"{INDEX}{notice.pk}/print/", state="missing")
    assert [row[2] for row in cells(html)] == ["欧阳文静", "曾小红"]
    assert "保密培训" in html


@pytest.mark.parametrize("code", ["editor", "channel_editor", "reviewer", "admin"])
def test_others_are_refused(client: Client, town: Bureau, code: str) -> None:
    notice = NoticePageFactory(asks=True)
    signed_in(client, code, town.office)
    for path in (INDEX, f"{INDEX}{notice.pk}/", f"{INDEX}{notice.pk}/print/", f"{INDEX}{notice.pk}/remind/"):
        assert client.get(path).headers.get("Location") == "/admin/"
    assert INDEX not in look(client, "/admin/")


def test_the_menu_of_reports_leads_there(client: Client, town: Bureau) -> None:
    signed_in(client, "clerk", town.office)
    assert INDEX in look(client, "/admin/")


@pytest.mark.parametrize("rows", [1, 5])
def test_the_screens_take_a_constant_number_of_queries(
    client: Client, town: Bureau, django_assert_num_queries: Any, rows: int
) -> None:
    signed_in(client, "clerk", town.office)
    notices = [NoticePageFactory(asks=True) for _ in range(rows)]
    for _ in range(rows):
        confirm(notices[0], UserFactory(unit=town.office))
    for path, queries in ((INDEX, 24), (f"{INDEX}{notices[0].pk}/", 34)):
        look(client, path)
        with django_assert_num_queries(queries):
            look(client, path)


# Reminding


def remind(client: Client, notice: NoticePage, **given: Any) -> str:
    return client.post(f"{INDEX}{notice.pk}/remind/", given, follow=True).content.decode()


def test_the_office_is_told_whom_it_will_reach_and_reminds(client: Client, town: Bureau) -> None:
    office = signed_in(client, "office", None)
    notice = NoticePageFactory(asks=True)
    confirm(notice, town.inside)
    assert "2" in re.search(r"<strong>.*?</strong></p>\s*<p>(.*?)</p>", look(client, f"{INDEX}{notice.pk}/remind/"))[1]  # type: ignore[index]
    remind(client, notice)
    made = NoticeReminder.objects.values_list("person", "by")
    assert set(made) == {(town.below.pk, office.pk), (town.outside.pk, office.pk)}
    assert PageLogEntry.objects.get(action="home.notice_reminded").data == {"people": 2}


def test_one_unit_alone_is_reminded(client: Client, town: Bureau) -> None:
    signed_in(client, "office", None)
    notice = NoticePageFactory(asks=True)
    remind(client, notice, unit=town.office.pk)
    assert set(NoticeReminder.objects.values_list("person__name", flat=True)) == {"曾小红", "单志刚"}


def test_a_clerk_reaches_the_own_units_alone(client: Client, town: Bureau) -> None:
    clerk = signed_in(client, "clerk", town.committee)
    notice = NoticePageFactory(asks=True)
    remind(client, notice, unit=town.elsewhere.pk)
    assert NoticeReminder.objects.count() == 0
    remind(client, notice)
    assert set(NoticeReminder.objects.values_list("person", flat=True)) == {town.below.pk, clerk.pk}


def test_a_second_time_on_one_day_is_refused_in_place(client: Client, town: Bureau) -> None:
    signed_in(client, "office", None)
    notice = NoticePageFactory(asks=True)
    remind(client, notice)
    html = remind(client, notice)
    assert say("There is nobody to remind: everybody has confirmed, or was reminded today already.") in html
    assert NoticeReminder.objects.count() == 3


@pytest.mark.parametrize("code", ["leader", "unit_head", "section_head", "auditor"])
def test_readers_see_but_do_not_remind(client: Client, town: Bureau, code: str) -> None:
    signed_in(client, code, town.office)
    notice = NoticePageFactory(asks=True)
    assert "remind/" not in look(client, f"{INDEX}{notice.pk}/")
    assert client.post(f"{INDEX}{notice.pk}/remind/").headers["Location"] == "/admin/"
    assert NoticeReminder.objects.count() == 0


# The first page of the admin


def test_the_first_page_says_what_is_still_open(client: Client, town: Bureau) -> None:
    signed_in(client, "clerk", town.committee)
    notice = NoticePageFactory(title="保密培训", asks=True)
    NoticePageFactory(title="别的单位", asks=True, confirm_units=[town.elsewhere])
    html = look(client, "/admin/")
    assert f"{INDEX}{notice.pk}/" in html
    assert "别的单位" not in html
    for person in User.objects.all():
        confirm(notice, person)
    html = look(client, "/admin/")
    assert f"{INDEX}{notice.pk}/" not in html
    assert say("Everybody has confirmed every notice.") in html
