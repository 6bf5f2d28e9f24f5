"""What the marks of one person in one session add up to. Pure: events in, outcome out."""

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass

from courses.enums import ATTENDED, AttendanceStatus
from courses.models import AttendanceEvent, ClassSession

_A = AttendanceStatus


@dataclass
class Outcome:
    """The state after all marks; minutes as in `AttendanceRecord`."""

    status: AttendanceStatus = _A.CLEARED
    minutes_late: int = 0
    minutes_early: int = 0
    minutes_earned: int = 0
    note: str = ""


def fold(session: ClassSession, events: Iterable[AttendanceEvent]) -> Outcome:
    """Apply the marks in the order in which they were made (`recorded_at`, then id), not in that of their arrival.

    Late and left-early add up; every other mark replaces what was before. The limit beyond which the session counts
    as missed is the one that the session keeps since its first mark.
    """
    outcome = Outcome()
    for event in sorted(events, key=lambda row: (row.recorded_at, row.pk or 0)):
        outcome = _apply(outcome, event, session)
    outcome.minutes_earned = _earned(outcome, session)
    return outcome


def _apply(outcome: Outcome, event: AttendanceEvent, session: ClassSession) -> Outcome:
    status = AttendanceStatus(event.status)
    if status not in (_A.LATE, _A.LEFT_EARLY):
        return Outcome(status=status, note=event.note)
    if outcome.status not in ATTENDED:
        outcome = Outcome()
    outcome.status, outcome.note = status, event.note or outcome.note
    if status == _A.LATE:
        outcome.minutes_late = _minutes(session.starts_at, event.happened_at, session)
    else:
        outcome.minutes_early = _minutes(event.happened_at, session.ends_at, session)
    return outcome


def _minutes(start: datetime.datetime, end: datetime.datetime, session: ClassSession) -> int:
    """Whole minutes between two moments, rounded up, within 0 and the length of the session."""
    return min(session.minutes, max(0, math.ceil((end - start).total_seconds() / 60)))


def _earned(outcome: Outcome, session: ClassSession) -> int:
    """Minutes that count. Coming or leaving beyond the limit makes the session count as missed."""
    if outcome.status not in ATTENDED:
        return 0
    limit = session.absent_after_minutes
    if limit is not None and max(outcome.minutes_late, outcome.minutes_early) > limit:
        return 0
    return max(0, session.minutes - outcome.minutes_late - outcome.minutes_early)
