"""Checking in as the person sees it, and as the screen of the room shows it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from courses.enums import ATTENDED, ON_ROSTER
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, ClassSession, Enrolment
from courses.models.session import CHECK_OUT_AFTER
from courses.selectors.training import upcoming_sessions

AHEAD = datetime.timedelta(hours=12)
WALL = 60


@dataclass(frozen=True)
class OwnMark:
    """What one person's own phone recorded for one session."""

    session: ClassSession
    record: AttendanceRecord
    arrived_at: datetime.datetime | None
    left_at: datetime.datetime | None

    @property
    def is_here(self) -> bool:
        return self.record.status in ATTENDED


def own_mark(person: Any, session_id: int) -> OwnMark | None:
    """The person's own check-in for that session; None without one. Two queries."""
    mine = AttendanceRecord.objects.filter(session=session_id, enrolment__person=person)
    record = mine.select_related("session__run__course", "enrolment__person").first()
    if record is None:
        return None
    events = [
        event
        for event in AttendanceEvent.objects.filter(session=session_id, enrolment=record.enrolment_id)
        if event.is_own
    ]
    came = [event.happened_at for event in events if not event.is_check_out]
    went = [event.happened_at for event in events if event.is_check_out]
    return OwnMark(record.session, record, min(came, default=None), max(went, default=None)) if events else None


def codes_may_be_of(person: Any, at: datetime.datetime) -> list[ClassSession]:
    """Sessions whose short code the person may be typing: the own ones of these hours, and those that a bureau which
    opens its registers early has opened. Two queries.
    """
    ahead = max(AHEAD, datetime.timedelta(minutes=AttendanceRules.load().opens_minutes_before))
    soon = upcoming_sessions(person, at - CHECK_OUT_AFTER).filter(starts_at__lt=at + ahead)
    return list(soon.filter(run__self_check_in=True))


@dataclass(frozen=True)
class Arrived:
    """One person on the wall of arrivals."""

    name: str
    unit: str


@dataclass(frozen=True)
class Arrivals:
    """Who is here. `wall` lists the latest first, `WALL` at most."""

    here: int
    expected: int
    wall: list[Arrived]


def arrivals(session: ClassSession) -> Arrivals:
    """Two queries however many people."""
    records = AttendanceRecord.objects.filter(session=session, status__in=ATTENDED)
    rows = list(
        records.order_by("-changed_at", "-pk").values_list("enrolment__person__name", "enrolment__unit__short_name")
    )
    expected = Enrolment.objects.filter(run=session.run_id, status__in=ON_ROSTER).count()
    return Arrivals(len(rows), expected, [Arrived(name, unit or "") for name, unit in rows[:WALL]])
