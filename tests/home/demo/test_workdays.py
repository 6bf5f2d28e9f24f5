"""Offsets count workdays: make-up days count, holidays do not, a day off begins with the next workday."""

import datetime

import pytest

from home.demo.workdays import Workdays

D = datetime.date


@pytest.mark.parametrize(
    ("load_day", "offset", "expected"),
    [
        (D(2026, 11, 23), 0, D(2026, 11, 23)),
        (D(2026, 11, 23), 1, D(2026, 11, 24)),
        (D(2026, 11, 23), -1, D(2026, 11, 20)),
        (D(2026, 11, 23), -12, D(2026, 11, 5)),
        (D(2026, 11, 23), -99, D(2026, 7, 1)),
        (D(2026, 11, 28), 0, D(2026, 11, 30)),
        (D(2026, 11, 28), -1, D(2026, 11, 27)),
        (D(2026, 11, 28), 1, D(2026, 12, 1)),
        (D(2026, 12, 31), 1, D(2027, 1, 4)),
        (D(2027, 2, 4), 1, D(2027, 2, 11)),  # the provisional Spring Festival of 2027
    ],
)
def test_day(load_day: datetime.date, offset: int, expected: datetime.date) -> None:
    assert Workdays(load_day).day(offset) == expected


def test_at_is_shanghai_time() -> None:
    moment = Workdays(D(2026, 11, 23)).at(0, datetime.time(17, 40))
    assert moment.astimezone(datetime.UTC) == datetime.datetime(2026, 11, 23, 9, 40, tzinfo=datetime.UTC)
