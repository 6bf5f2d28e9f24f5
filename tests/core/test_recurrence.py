"""Days carried over: weekdays stay, holidays are avoided, make-up workdays count only within a block."""

import datetime

import pytest

from core.recurrence import Carried, carry_over
from core.workdays import Calendar, Entry, provisional_calendar

D = datetime.date
PLAIN = Calendar()
YEARS = provisional_calendar()
# Two Tuesdays and Thursdays in November 2026, without a holiday.
EVENINGS = [D(2026, 11, 3), D(2026, 11, 5), D(2026, 11, 10), D(2026, 11, 12)]
BLOCK = [D(2026, 11, 10), D(2026, 11, 11), D(2026, 11, 12)]


def days(old, first, calendar=YEARS):
    return [carried.day for carried in carry_over(old, first, calendar)]


@pytest.mark.parametrize(
    ("old", "first", "expected"),
    [
        (EVENINGS, D(2026, 12, 1), [D(2026, 12, 1), D(2026, 12, 3), D(2026, 12, 8), D(2026, 12, 10)]),
        # begun on a Wednesday: Wednesdays and Fridays
        (EVENINGS, D(2026, 12, 2), [D(2026, 12, 2), D(2026, 12, 4), D(2026, 12, 9), D(2026, 12, 11)]),
        # begun on a Friday: Fridays and the Tuesdays after them, as Thursday turns round the working week
        (EVENINGS, D(2026, 12, 4), [D(2026, 12, 4), D(2026, 12, 8), D(2026, 12, 11), D(2026, 12, 15)]),
        (BLOCK, D(2026, 12, 1), [D(2026, 12, 1), D(2026, 12, 2), D(2026, 12, 3)]),
        (BLOCK, D(2026, 12, 3), [D(2026, 12, 3), D(2026, 12, 4), D(2026, 12, 7)]),
        ([D(2026, 11, 10)], D(2026, 12, 3), [D(2026, 12, 3)]),
        ([], D(2026, 12, 3), []),
    ],
)
def test_the_pattern_stays_without_holidays(old, first, expected):
    assert days(old, first) == expected


def test_evenings_pause_over_the_spring_festival_of_2026_and_keep_their_weekdays():
    found = carry_over(EVENINGS, D(2026, 2, 10), YEARS)
    assert found == [
        Carried(D(2026, 2, 10)), Carried(D(2026, 2, 12)),
        Carried(D(2026, 2, 24), ("春节",)), Carried(D(2026, 2, 26)),
    ]  # fmt: skip


def test_evenings_pause_over_the_provisional_spring_festival_of_2027():
    found = carry_over(EVENINGS, D(2027, 2, 2), YEARS)
    assert found == [
        Carried(D(2027, 2, 2)), Carried(D(2027, 2, 4)), Carried(D(2027, 2, 11), ("春节",)), Carried(D(2027, 2, 16)),
    ]  # fmt: skip


def test_a_block_goes_on_after_the_festival_and_on_make_up_workdays():
    # 2026-02-14 is a Saturday on which people work, 15 to 23 February are free.
    found = carry_over(BLOCK, D(2026, 2, 13), YEARS)
    assert found == [Carried(D(2026, 2, 13)), Carried(D(2026, 2, 14)), Carried(D(2026, 2, 24), ("春节",))]
    assert days(BLOCK, D(2027, 2, 3)) == [D(2027, 2, 3), D(2027, 2, 4), D(2027, 2, 11)]


def test_evenings_never_move_to_a_make_up_workday():
    mondays = [D(2026, 11, 2), D(2026, 11, 9), D(2026, 11, 16)]
    days_off = Calendar({D(2040, 3, 12): Entry(False, "调休"), D(2040, 3, 10): Entry(True, "调休")})
    assert days(mondays, D(2040, 3, 5), days_off) == [D(2040, 3, 5), D(2040, 3, 19), D(2040, 3, 26)]


def test_what_the_old_class_avoided_leaves_no_gap():
    # Thursdays, with none on 1 October 2026.
    old = [D(2026, 9, 17), D(2026, 9, 24), D(2026, 10, 8), D(2026, 10, 15)]
    assert days(old, D(2026, 11, 5)) == [D(2026, 11, 5), D(2026, 11, 12), D(2026, 11, 19), D(2026, 11, 26)]


def test_a_sitting_moved_to_a_make_up_saturday_goes_back_to_a_weekday():
    old = [D(2026, 9, 29), D(2026, 10, 10), D(2026, 10, 13)]  # Tuesday, make-up Saturday, Tuesday
    assert days(old, D(2026, 11, 3)) == [D(2026, 11, 3), D(2026, 11, 10), D(2026, 11, 17)]


def test_weekend_classes_become_one_of_the_weekday_on_which_they_begin():
    saturdays = [D(2026, 11, 7), D(2026, 11, 14), D(2026, 11, 21)]
    assert days(saturdays, D(2026, 12, 2), PLAIN) == [D(2026, 12, 2), D(2026, 12, 9), D(2026, 12, 16)]


def test_begun_on_a_make_up_workday_the_weekdays_stay():
    assert days(EVENINGS, D(2026, 10, 10)) == [
        D(2026, 10, 10), D(2026, 10, 13), D(2026, 10, 15), D(2026, 10, 20),
    ]  # fmt: skip


@pytest.mark.parametrize("first", [D(2027, 1, 29), D(2027, 9, 10), D(2026, 9, 24), D(2026, 2, 6)])
@pytest.mark.parametrize("old", [EVENINGS, BLOCK])
def test_nothing_ever_falls_on_a_day_off_and_the_order_stays(old, first):
    found = days(old, first)
    assert [day for day in found if not YEARS.is_workday(day)] == []
    assert found == sorted(set(found))
    assert len(found) == len(old)
