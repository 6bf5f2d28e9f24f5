"""On which days people work: the one place that knows. Make-up workdays count, holidays do not.

Asked in this order: what the office entered, the built-in calendar (`chinese_calendar`, announced years only), what is
provisional, the plain week with a free 1 January.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import chinese_calendar
from django.db import transaction

from core import audit, provisional
from core.models import CalendarDay

ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5
NAMES = {
    "New Year's Day": provisional.NEW_YEAR,
    "Spring Festival": provisional.SPRING,
    "Tomb-sweeping Day": provisional.QINGMING,
    "Labour Day": provisional.LABOUR,
    "Dragon Boat Festival": provisional.DRAGON_BOAT,
    "Mid-autumn Festival": provisional.MID_AUTUMN,
    "National Day": provisional.NATIONAL,
}


@dataclass(frozen=True)
class Entry:
    """What is known of one day that differs from the plain week."""

    is_workday: bool
    name: str
    is_provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """Answers without queries. `entries` are the office's days; see `calendar()`."""

    entries: Mapping[datetime.date, Entry] = field(default_factory=dict)

    def entry(self, day: datetime.date) -> Entry | None:
        """Return what the day is called and whether people work; None for a day of the plain week."""
        entry = self.entries.get(day)
        if entry and not entry.is_provisional:
            return entry
        try:
            return _announced(day)
        except NotImplementedError:
            return entry or _new_year(day)

    def is_workday(self, day: datetime.date) -> bool:
        entry = self.entry(day)
        return entry.is_workday if entry else day.weekday() < SATURDAY

    def is_make_up(self, day: datetime.date) -> bool:
        """Whether it is a Saturday or Sunday on which people work."""
        return day.weekday() >= SATURDAY and self.is_workday(day)

    def shift(self, day: datetime.date, offset: int) -> datetime.date:
        """Return the day so many workdays later (or earlier). With 0 the day itself, or the next workday."""
        step = ONE_DAY if offset >= 0 else -ONE_DAY
        while offset or not self.is_workday(day):
            day += step
            if offset and self.is_workday(day):
                offset -= step.days
        return day

    def distance(self, first: datetime.date, last: datetime.date) -> int:
        """Return how many workdays lie in (first, last]; negative if `last` is the earlier one."""
        if last < first:
            return -self.distance(last, first)
        return sum(self.is_workday(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))

    def is_announced(self, year: int) -> bool:
        """Whether the year's holidays are known rather than guessed: built in, or entered and confirmed."""
        if any(day.year == year and not entry.is_provisional for day, entry in self.entries.items()):
            return True
        return _is_built_in(year)


def calendar() -> Calendar:
    """Return the calendar with the office's days. One query."""
    return Calendar({row.day: Entry(row.is_workday, row.name, row.is_provisional) for row in CalendarDay.objects.all()})


def provisional_calendar() -> Calendar:
    """Return the calendar with the provisional days alone, whatever the office entered. No query."""
    return Calendar({day: Entry(False, name, is_provisional=True) for day, name in provisional.DAYS_OFF.items()})


def _is_built_in(year: int) -> bool:
    try:
        chinese_calendar.is_workday(datetime.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _announced(day: datetime.date) -> Entry | None:
    """Raises NotImplementedError for years that the library does not know."""
    is_off, name = chinese_calendar.get_holiday_detail(day)
    if name is None and is_off == (day.weekday() >= SATURDAY):
        return None
    return Entry(not is_off, NAMES.get(str(name), str(name)))


def _new_year(day: datetime.date) -> Entry | None:
    return Entry(False, provisional.NEW_YEAR, is_provisional=True) if (day.month, day.day) == (1, 1) else None


@transaction.atomic
def store_days(*, days: Iterable[CalendarDay], by: Any) -> int:
    """Enter these days, announced; a day that is there already takes the new values. Return how many.

    The provisional days of the same years go: the announcement takes their place.
    """
    rows = list(days)
    years = sorted({row.day.year for row in rows})
    for year in years:
        CalendarDay.objects.filter(day__year=year, is_provisional=True).delete()
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_workday", "name", "is_provisional"]
    )
    if rows:
        first = CalendarDay.objects.get(day=min(row.day for row in rows))
        audit.record("core.calendar_entered", first, by=by, data={"years": years, "days": len(rows)})
    return len(rows)


def store_provisional() -> list[str]:
    """Enter the provisional days of years that nobody has entered yet. Return the years that were made."""
    made = []
    for year in sorted({day.year for day in provisional.DAYS_OFF}):
        if _is_built_in(year) or CalendarDay.objects.filter(day__year=year).exists():
            continue
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, name=name, is_provisional=True)
            for day, name in provisional.DAYS_OFF.items()
            if day.year == year
        )
        made.append(f"{year}年节假日（暂定）")
    return made
