"""My training: what one person takes, took, and waits for. Every function asks for that person's rows only."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet

from courses.enums import ENDED, ON_ROSTER, EnrolmentStatus, RunState, RunStatus
from courses.models import AttendanceRecord, ClassSession, Enrolment, EnrolmentEvent

FINISHED = (RunState.ASSESSING, RunState.CONCLUDED, RunState.ARCHIVED, RunState.CANCELLED)


@dataclass
class Sitting:
    """One session of a class with the person's attendance, if it was marked."""

    session: ClassSession
    record: AttendanceRecord | None


@dataclass
class MyClass:
    """One enrolment with everything that its row shows."""

    enrolment: Enrolment
    state: RunState
    sittings: list[Sitting] = field(default_factory=list)
    reason: str = ""

    @property
    def minutes_earned(self) -> int:
        return sum(sitting.record.minutes_earned for sitting in self.sittings if sitting.record)

    @property
    def marked(self) -> int:
        return sum(1 for sitting in self.sittings if sitting.record)

    @property
    def is_on_roster(self) -> bool:
        return self.enrolment.status in ON_ROSTER


@dataclass
class MyTraining:
    """The page of one person."""

    next_session: ClassSession | None
    offered: list[MyClass] = field(default_factory=list)
    current: list[MyClass] = field(default_factory=list)
    waiting: list[MyClass] = field(default_factory=list)
    past: list[MyClass] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.offered or self.current or self.waiting or self.past)


def my_training(person: Any, at: datetime.datetime) -> MyTraining:
    """Everything for the page of one person, in a constant number of queries."""
    page = MyTraining(next_session=next_session(person, at))
    enrolments = list(_enrolments(person))
    records = _records(enrolments)
    for enrolment in enrolments:
        _shelf(page, enrolment, at).append(_my_class(enrolment, records[enrolment.pk], at))
    page.current.sort(key=lambda one: (one.enrolment.run.starts_at is None, one.enrolment.run.starts_at))
    return page


def next_session(person: Any, at: datetime.datetime) -> ClassSession | None:
    """The session that the person has to be at next, or is at now."""
    return upcoming_sessions(person, at).first()


def upcoming_sessions(person: Any, at: datetime.datetime) -> QuerySet[ClassSession]:
    """Sessions that the person has to be at, the next one (or that of now) first."""
    mine = ClassSession.objects.held().filter(
        ends_at__gt=at,
        run__status=RunStatus.PUBLISHED,
        run__enrolments__person=person,
        run__enrolments__status__in=ON_ROSTER,
    )
    return mine.select_related("run__course").order_by("starts_at")


def active_enrolment(person: Any, run_id: int) -> Enrolment | None:
    """The person's standing enrolment in that class, with the place in the queue."""
    if not person.is_authenticated:
        return None
    return (
        Enrolment.objects.active().with_place().filter(person=person, run=run_id).select_related("run__course").first()
    )


def _enrolments(person: Any) -> Any:
    """Standing enrolments, and those that the office declined: the person must read why."""
    declined = EnrolmentEvent.objects.filter(to_status=EnrolmentStatus.DECLINED)
    return (
        Enrolment.objects.with_place()
        .filter(person=person)
        .exclude(status=EnrolmentStatus.WITHDRAWN)
        .select_related("run__course")
        .prefetch_related("run__sessions", Prefetch("events", declined, to_attr="refusals"))
        .order_by("-run__starts_at", "-pk")
    )


def _records(enrolments: list[Enrolment]) -> dict[int, dict[int, AttendanceRecord]]:
    found: dict[int, dict[int, AttendanceRecord]] = defaultdict(dict)
    for record in AttendanceRecord.objects.filter(enrolment__in=[one.pk for one in enrolments]):
        found[record.enrolment_id][record.session_id] = record
    return found


def _shelf(page: MyTraining, enrolment: Enrolment, at: datetime.datetime) -> list[MyClass]:
    if enrolment.status in ENDED or enrolment.run.state(at) in FINISHED:
        return page.past
    if enrolment.status == EnrolmentStatus.OFFERED:
        return page.offered
    return page.waiting if enrolment.status == EnrolmentStatus.WAITLISTED else page.current


def _my_class(enrolment: Enrolment, records: dict[int, AttendanceRecord], at: datetime.datetime) -> MyClass:
    sessions = list(enrolment.run.sessions.all())
    for session in sessions:
        session.run = enrolment.run
    sittings = [Sitting(session, records.get(session.pk)) for session in sessions]
    refusals: list[EnrolmentEvent] = getattr(enrolment, "refusals", [])
    reason = refusals[-1].reason if refusals else ""
    return MyClass(enrolment, enrolment.run.state(at), sittings, reason)
