"""Who is asked first when a day is looked up, and what the office's table changes."""

import datetime

import pytest
from wagtail.models import ModelLogEntry

from core.models import CalendarDay
from core.workdays import Calendar, Entry, calendar, provisional_calendar, store_days, store_provisional
from tests.factories import UserFactory

D = datetime.date


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (D(2026, 11, 23), True),
        (D(2026, 11, 28), False),
        (D(2026, 10, 1), False),
        (D(2026, 10, 10), True),  # a Saturday that makes up for the holiday
        (D(2026, 2, 14), True),
        (D(2026, 2, 16), False),
        (D(2027, 2, 5), False),
        (D(2027, 2, 11), True),
        (D(2040, 1, 2), True),  # beyond every calendar: weekdays, without 1 January
        (D(2041, 1, 1), False),
        (D(2040, 1, 7), False),
    ],
)
def test_is_workday(day, expected):
    assert provisional_calendar().is_workday(day) is expected


def test_what_the_office_entered_goes_before_the_built_in_calendar_a_guess_does_not():
    monday, holiday = D(2026, 11, 23), D(2026, 10, 1)
    entered = Calendar({monday: Entry(False, "停电"), holiday: Entry(True, "值班")})
    guessed = Calendar({monday: Entry(False, "停电", is_provisional=True)})
    assert (entered.is_workday(monday), entered.is_workday(holiday)) == (False, True)
    assert guessed.is_workday(monday) is True


def test_a_day_has_the_name_of_its_holiday():
    days = provisional_calendar()
    assert days.entry(D(2026, 2, 16)) == Entry(False, "春节")
    assert days.entry(D(2026, 2, 14)) == Entry(True, "春节")
    assert days.entry(D(2027, 2, 6)) == Entry(False, "春节", is_provisional=True)
    assert days.entry(D(2026, 11, 28)) is None
    assert (days.is_make_up(D(2026, 2, 14)), days.is_make_up(D(2026, 2, 12))) == (True, False)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (D(2026, 11, 23), D(2026, 11, 23), 0),
        (D(2026, 11, 23), D(2026, 11, 30), 5),
        (D(2026, 11, 30), D(2026, 11, 23), -5),
        (D(2026, 2, 13), D(2026, 2, 24), 2),  # over the holiday: the make-up Saturday and the Tuesday
    ],
)
def test_distance_is_the_inverse_of_shift(first, last, expected):
    days = provisional_calendar()
    assert days.distance(first, last) == expected
    assert days.shift(first, expected) == last


@pytest.mark.django_db
def test_the_table_is_read_with_one_query(django_assert_num_queries):
    CalendarDay.objects.create(day=D(2030, 3, 4), name="测试", is_workday=False)
    with django_assert_num_queries(1):
        days = calendar()
        assert [days.is_workday(D(2030, 3, number)) for number in (4, 5)] == [False, True]


@pytest.mark.django_db
def test_provisional_days_are_made_once_and_give_way_to_the_announcement():
    assert store_provisional() == ["2027年节假日（暂定）"]
    assert store_provisional() == []
    assert (CalendarDay.objects.count(), calendar().is_announced(2027)) == (19, False)
    days = [CalendarDay(day=D(2027, 2, 20), name="春节", is_workday=True), CalendarDay(day=D(2027, 2, 5), name="春节")]
    assert store_days(days=days, by=UserFactory()) == 2
    assert list(CalendarDay.objects.values_list("day", "is_workday", "is_provisional")) == [
        (D(2027, 2, 5), False, False), (D(2027, 2, 20), True, False),
    ]  # fmt: skip
    entry = ModelLogEntry.objects.get(action="core.calendar_entered")
    assert entry.data == {"years": [2027], "days": 2}
    assert (calendar().is_announced(2027), store_provisional()) == (True, [])


@pytest.mark.django_db
def test_a_day_that_stands_there_takes_the_new_values():
    CalendarDay.objects.create(day=D(2027, 2, 5), name="春节")
    store_days(days=[CalendarDay(day=D(2027, 2, 5), name="上班", is_workday=True)], by=UserFactory())
    assert CalendarDay.objects.values_list("name", "is_workday").get() == ("上班", True)
