"""What a trainer opens: the day's sessions and the register of one of them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.enums import ON_ROSTER, AttendanceStatus, RunStatus
from courses.models import AttendanceRecord, ClassSession, Enrolment
from courses.permissions import markable_sessions, own_sessions
from people.models import User
from people.selectors.people import matching

TAUGHT = (RunStatus.PUBLISHED, RunStatus.CONCLUDED)
LOOK_BACK = datetime.timedelta(days=21)
LISTED = ("unit__position", "unit__name", "person__pinyin", "pk")
SHORTEST, MOST_FOUND = 2, 10
LOOK_AHEAD = datetime.timedelta(days=30)


@dataclass
class TeachingDay:
    """Sessions as a trainer looks for them."""

    today: list[ClassSession]
    unmarked: list[ClassSession]
    coming: list[ClassSession]

    def __bool__(self) -> bool:
        return bool(self.today or self.unmarked or self.coming)


@dataclass
class RosterRow:
    """One person on the register; `of_unit` counts the people of the unit, on the row with which its group begins."""

    number: int
    enrolment: Enrolment
    record: AttendanceRecord | None
    of_unit: int = 0

    @property
    def status(self) -> str:
        return self.record.status if self.record else AttendanceStatus.CLEARED


@dataclass
class Register:
    """The register of one session: its people and how many are where."""

    session: ClassSession
    rows: list[RosterRow]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.counts = Counter(row.status for row in self.rows)
        for unit, group in groupby(self.rows, key=lambda row: row.enrolment.unit_id):
            first, *others = group
            first.of_unit = 1 + len(others) if unit else 0

    @property
    def unmarked(self) -> list[RosterRow]:
        return [row for row in self.rows if row.status == AttendanceStatus.CLEARED]

    @property
    def disputed(self) -> list[RosterRow]:
        return [row for row in self.rows if row.record and row.record.disputed]

    def row_of(self, enrolment_id: int | None) -> RosterRow | None:
        return next((row for row in self.rows if row.enrolment.pk == enrolment_id), None)


def teaching_day(person: Any, at: datetime.datetime) -> TeachingDay:
    """Today's sessions of the person (of everybody, for the office), then those left unmarked, then the coming ones."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + datetime.timedelta(days=1)
    own = _listed(own_sessions(person))
    past = own.held().filter(starts_at__gte=start - LOOK_BACK, starts_at__lt=start)
    return TeachingDay(
        today=list(_listed(markable_sessions(person)).on_day(timezone.localdate(at))),
        unmarked=[session for session in past.order_by("-starts_at") if session.marked < session.expected],
        coming=list(own.held().filter(starts_at__gte=end, starts_at__lt=end + LOOK_AHEAD)),
    )


def day_of_registers(person: Any, at: datetime.datetime, opens_before: datetime.timedelta) -> QuerySet[ClassSession]:
    """Sessions whose register the person keeps, the cancelled ones left out: of today, of tomorrow, and those that a
    bureau which opens its registers early (`opens_before` the start) may mark already.
    """
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    end = max(start + datetime.timedelta(days=2), at + opens_before)
    own = markable_sessions(person).filter(run__status__in=TAUGHT, cancelled_at__isnull=True)
    found: QuerySet[ClassSession] = own.filter(starts_at__gte=start, starts_at__lt=end)
    return found.select_related("run__course").order_by("starts_at", "pk")


def people_of(sessions: Iterable[ClassSession]) -> QuerySet[Enrolment]:
    """Everybody who is or ever was on the roster of the classes of these sessions, as registers list them."""
    return (
        Enrolment.objects.filter(run__in={session.run_id for session in sessions})
        .filter(Q(status__in=ON_ROSTER) | Exists(AttendanceRecord.objects.filter(enrolment=OuterRef("pk"))))
        .select_related("person", "unit")
        .order_by(*LISTED)
    )


def _listed(sessions: Any) -> Any:
    """Add how many people the register expects and how many of them are marked."""
    expected = Enrolment.objects.filter(run=OuterRef("run"), status__in=ON_ROSTER).order_by().values("run")
    marked = AttendanceRecord.objects.filter(session=OuterRef("pk")).exclude(status=AttendanceStatus.CLEARED)
    return (
        sessions.filter(run__status__in=TAUGHT)
        .select_related("run__course")
        .annotate(
            expected=_count(expected),
            marked=_count(marked.order_by().values("session")),
        )
        .order_by("starts_at", "pk")
    )


def _count(grouped: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(grouped.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def roster(session: ClassSession) -> QuerySet[Enrolment]:
    """People whom the register lists: those on the roster, and those marked earlier who have left since."""
    marked = AttendanceRecord.objects.filter(session=session, enrolment=OuterRef("pk")).exclude(
        status=AttendanceStatus.CLEARED
    )
    return (
        Enrolment.objects.filter(run=session.run_id)
        .filter(Q(status__in=ON_ROSTER) | Exists(marked))
        .select_related("person", "unit")
        .order_by(*LISTED)
    )


def register(session: ClassSession) -> Register:
    """The register with everybody's attendance. Two queries however many people."""
    records = {record.enrolment_id: record for record in session.attendance_records.select_related("changed_by")}
    rows = [RosterRow(i, one, records.get(one.pk)) for i, one in enumerate(roster(session), start=1)]
    return Register(session, rows)


def found_people(session: ClassSession, text: str) -> list[User]:
    """Up to ten people with an account who match and are not in the class yet; nobody for fewer than two characters."""
    if len(text) < SHORTEST:
        return []
    inside = Enrolment.objects.active().filter(run=session.run_id, person=OuterRef("pk"))
    people = User.objects.filter(~Exists(inside), is_active=True)
    keys = list(matching(people, text).order_by("pinyin", "pk").values_list("pk", flat=True)[:MOST_FOUND])
    found = User.objects.filter(pk__in=keys).order_by("pinyin", "pk")
    return list(found.with_unit())
