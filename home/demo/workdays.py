"""The workday calendar behind the offsets of the demo files. It does not depend on what the office entered."""

from __future__ import annotations

import datetime

from django.utils import timezone

from core.workdays import provisional_calendar


class Workdays:
    """Counts workdays from the load day: 0 is the load day, or the next workday if nobody works then."""

    def __init__(self, load_day: datetime.date) -> None:
        self.load_day = load_day
        self.calendar = provisional_calendar()
        self.day_zero = self.calendar.shift(load_day, 0)

    def day(self, offset: int) -> datetime.date:
        return self.calendar.shift(self.day_zero, offset)

    def at(self, offset: int, time: datetime.time) -> datetime.datetime:
        """Return the moment in Shanghai."""
        return timezone.make_aware(datetime.datetime.combine(self.day(offset), time))
