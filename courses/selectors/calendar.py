"""What stands in a calendar: the sessions of one person, or those of one class.

A calendar takes a session over and later asks again, so what ended must be said, not left out: sessions that were
cancelled stay in as cancelled, and so do those that were still to come when the person gave the seat back.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from courses.enums import ENDED, ON_ROSTER, RunStatus
from courses.models import CalendarFeed, ClassSession, CourseRun, Enrolment, EnrolmentEvent
from courses.models.calendar import digest_of
from courses.permissions import own_sessions
from people.models import User

LOOK_BACK = datetime.timedelta(days=366)
NOT_ANNOUNCED = (RunStatus.PLANNED, RunStatus.READY)
CALLED_OFF = (RunStatus.POSTPONED, RunStatus.CANCELLED)


@dataclass(frozen=True)
class Entry:
    """One session as a calendar shows it. `sequence` only ever rises; `changed_at` is when it last did."""

    session: ClassSession
    is_cancelled: bool
    sequence: int
    changed_at: datetime.datetime
    is_taught: bool = False


@dataclass
class _Seat:
    """How the person stands in one class, over all sign-ups for it; `left_at` only while there is no seat."""

    is_held: bool = False
    left_at: datetime.datetime | None = None
    changes: int = 0
    changed_at: datetime.datetime | None = None


def reader_of(token: str) -> User | None:
    """Return whose calendar the token opens; None if it opens none, or the account is switched off."""
    feeds = CalendarFeed.objects.select_related("person").filter(digest=digest_of(token), person__is_active=True)
    feed = feeds.first()
    return feed.person if feed else None


def feed_of(person: User) -> CalendarFeed:
    """Return the person's row, or one that is not stored yet."""
    return CalendarFeed.objects.filter(person=person).first() or CalendarFeed(person=person)


def entries_of_run(run: CourseRun) -> list[Entry]:
    """Every session of the class. One query."""
    sessions = list(run.sessions.order_by("starts_at", "pk"))
    for session in sessions:
        session.run = run
    return [_entry(session, _Seat()) for session in sessions]


def entries_of_person(person: User, at: datetime.datetime) -> list[Entry]:
    """Sessions that the person takes, took or teaches, up to a year back. Two queries."""
    seats = _seats(person)
    sessions = (
        ClassSession.objects.filter(Q(run__in=list(seats)) | Q(pk__in=own_sessions(person).values("pk")))
        .filter(ends_at__gt=at - LOOK_BACK)
        .exclude(run__status__in=NOT_ANNOUNCED)
        .annotate(is_taught=Exists(own_sessions(person).filter(pk=OuterRef("pk"))))
        .select_related("run__course")
        .order_by("starts_at", "pk")
    )
    return list(_entries(sessions, seats))


def _entries(sessions: Iterable[Any], seats: dict[int, _Seat]) -> Iterable[Entry]:
    for session in sessions:
        seat = seats.get(session.run_id, _Seat())
        was_to_come = seat.left_at is not None and session.ends_at > seat.left_at
        if seat.is_held or session.is_taught or was_to_come:
            yield _entry(session, seat, is_taught=session.is_taught)


def _entry(session: ClassSession, seat: _Seat, *, is_taught: bool = False) -> Entry:
    called_off = session.is_cancelled or session.run.status in CALLED_OFF
    left = seat.left_at is not None and not is_taught
    moments = (session.changed_at, seat.changed_at, session.run.course.last_published_at)
    return Entry(
        session,
        is_cancelled=called_off or left,
        sequence=session.revision + seat.changes,
        changed_at=max(moment for moment in moments if moment),
        is_taught=is_taught,
    )


def _seats(person: User) -> dict[int, _Seat]:
    """The person's classes in which a seat is held or was held."""
    admitted = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk"), to_status__in=ON_ROSTER)
    enrolments = Enrolment.objects.filter(person=person).annotate(
        changes=Count("events"), was_admitted=Exists(admitted)
    )
    seats: dict[int, _Seat] = defaultdict(_Seat)
    for one in enrolments.order_by("pk"):
        _count(seats[one.run_id], one)
    return {run: seat for run, seat in seats.items() if seat.is_held or seat.left_at}


def _count(seat: _Seat, enrolment: Any) -> None:
    seat.changes += enrolment.changes
    seat.changed_at = max(enrolment.changed_at, seat.changed_at or enrolment.changed_at)
    if enrolment.status in ON_ROSTER:
        seat.is_held, seat.left_at = True, None
    elif enrolment.status in ENDED and enrolment.was_admitted and not seat.is_held:
        seat.left_at = enrolment.changed_at
