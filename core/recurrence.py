"""Carrying the days of something that recurs over to a new first day. Pure: no clock, no query.

Days within one week are a block: they keep their distance in workdays, and a make-up Saturday or Sunday is a workday
like any other. Days over more than a week follow weekdays (Tuesdays and Thursdays, say): they keep those and never move
to a make-up Saturday; where one falls on a holiday that place is left out and everything after it comes one place
later. A pause that the old days made for a holiday is not carried over.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.workdays import ONE_DAY, SATURDAY, Calendar

WEEK = datetime.timedelta(days=7)
WORKING_WEEK = 5


@dataclass(frozen=True)
class Carried:
    """One new day, and the holidays that were avoided on the way to it."""

    day: datetime.date
    avoided: tuple[str, ...] = ()


def carry_over(days: Sequence[datetime.date], first: datetime.date, calendar: Calendar) -> list[Carried]:
    """Return a new day for each of the old ones (sorted, each once); the first becomes `first`, a workday."""
    if not days:
        return []
    weekdays = _pattern(days, first) if days[-1] - days[0] >= WEEK else None
    old = {day.weekday() for day in days if day.weekday() < SATURDAY} if weekdays else None
    found = [Carried(first)]
    for before, after in pairwise(days):
        steps = max(1, sum(1 for _ in _places(before, after, old, calendar)))
        found.append(_walk(found[-1].day, steps, weekdays, calendar))
    return found


def _pattern(days: Sequence[datetime.date], first: datetime.date) -> set[int]:
    """The weekdays of the new days. A first day on another weekday moves all of them round the working week."""
    old = [day.weekday() for day in days if day.weekday() < SATURDAY]
    if not old:  # a weekend class becomes one of the weekday on which it begins
        return {first.weekday() % WORKING_WEEK}
    turn = 0 if first.weekday() >= SATURDAY else first.weekday() - old[0]
    return {(weekday + turn) % WORKING_WEEK for weekday in old}


def _places(
    after: datetime.date, until: datetime.date, weekdays: set[int] | None, calendar: Calendar
) -> Iterator[datetime.date]:
    """Days in (after, until] on which a sitting may be."""
    day = after
    while day < until:
        day += ONE_DAY
        if calendar.is_workday(day) and (weekdays is None or day.weekday() in weekdays):
            yield day


def _walk(day: datetime.date, steps: int, weekdays: set[int] | None, calendar: Calendar) -> Carried:
    avoided: dict[str, None] = {}
    while steps:
        day += ONE_DAY
        if weekdays is not None and day.weekday() not in weekdays:
            continue
        if calendar.is_workday(day):
            steps -= 1
        elif day.weekday() < SATURDAY and (entry := calendar.entry(day)):
            avoided[entry.name] = None
    return Carried(day, tuple(avoided))
