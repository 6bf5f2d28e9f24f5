"""The holiday table in the hands of the office."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.backoffice.calendar import read_line
from core.models import CalendarDay
from tests.courses.backoffice.helpers import say, town
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
LIST, NEW, PASTE = "/admin/calendar/", "/admin/calendar/new/", "/admin/calendar/paste/"
D = datetime.date


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2027-02-05至2027-02-06 春节 休", [(D(2027, 2, 5), "春节", False), (D(2027, 2, 6), "春节", False)]),
        ("2027年2月20日 春节 班", [(D(2027, 2, 20), "春节", True)]),
        ("  2027.1.1 元旦", [(D(2027, 1, 1), "元旦", False)]),
        ("2027/9/15 ~ 2027/9/15 中秋节 放假", [(D(2027, 9, 15), "中秋节", False)]),
    ],
)
def test_a_line_is_read_as_people_write_it(line, expected):
    assert [(row.day, row.name, row.is_workday) for row in read_line(line)] == expected


@pytest.mark.parametrize(
    "line", ["春节放假", "2027-02-30 春节", "2027-02-08至2027-02-05 春节", "2027-02-05至2027-05-05 长"]
)
def test_a_line_that_makes_no_sense_is_named(line):
    with pytest.raises(ValidationError) as fault:
        list(read_line(line))
    assert line in fault.value.messages[0]


def test_the_office_pastes_a_year(client):
    people = town()
    client.force_login(people.office)
    assert client.get(PASTE).status_code == 200
    response = client.post(PASTE, {"days": "2027-02-05至2027-02-11 春节 休\n\n2027-02-20 春节 班\n"})
    assert response.url == LIST
    assert CalendarDay.objects.filter(is_workday=False).count() == 7
    assert CalendarDay.objects.get(is_workday=True).day == D(2027, 2, 20)


def test_wrong_lines_are_all_told_and_nothing_is_entered(client):
    people = town()
    client.force_login(people.office)
    response = client.post(PASTE, {"days": "2027-02-05 春节\n过年\n2027-13-01 元旦"})
    assert response.context["form"].errors["days"] == [
        say("“%(line)s” does not begin with a date.", line="过年"),
        say("“%(line)s”: there is no such day.", line="2027-13-01 元旦"),
    ]
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize("role", ["office", "admin"])
def test_the_office_and_the_administrator_keep_the_table(client, role):
    town()
    client.force_login(person_with(role))
    assert client.post(NEW, {"day": "2027-02-05", "name": "春节"}).status_code == 302
    day = CalendarDay.objects.get()
    assert client.post(f"/admin/calendar/edit/{day.pk}/", {"day": "2027-02-05", "name": "除夕"}).status_code == 302
    assert CalendarDay.objects.get().name == "除夕"
    assert "/admin/calendar/" in client.get("/admin/").text


@pytest.mark.parametrize("role", ["editor", "clerk", "leader", "reviewer"])
def test_others_neither_see_nor_change_it(client, role):
    town()
    client.force_login(person_with(role))
    for address in (LIST, NEW, PASTE):
        assert client.get(address).status_code == 302, address  # Wagtail leads back to its first page
    assert "/admin/calendar/" not in client.get("/admin/").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(client, rows, django_assert_num_queries):
    people = town()
    client.force_login(people.office)
    CalendarDay.objects.bulk_create(CalendarDay(day=D(2027, 2, 5 + n), name="春节") for n in range(rows))
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)
