"""The workday calendar behind the offsets of the demo files."""

from __future__ import annotations

import datetime
from functools import cache

import chinese_calendar
from django.utils import timezone

ONE_DAY = datetime.timedelta(days=1)


def is_workday(day: datetime.date) -> bool:
    """Tell whether people work on that day; make-up workdays count.

    Years that the calendar does not know yet have free weekends and a free 1 January.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) != (1, 1)


@cache
def _shift(day: datetime.date, offset: int) -> datetime.date:
    step = ONE_DAY if offset >= 0 else -ONE_DAY
    while offset or not is_workday(day):
        day += step
        if is_workday(day) and offset:
            offset -= step.days
    return day


class Workdays:
    """Counts workdays from the load day: 0 is the load day, or the next workday if nobody works then."""

    def __init__(self, load_day: datetime.date) -> None:
        self.load_day = load_day
        self.day_zero = _shift(load_day, 0)

    def day(self, offset: int) -> datetime.date:
        return _shift(self.day_zero, offset)

    def at(self, offset: int, time: datetime.time) -> datetime.datetime:
        """Return the moment in Shanghai."""
        return timezone.make_aware(datetime.datetime.combine(self.day(offset), time))
