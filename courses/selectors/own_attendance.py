"""One person's own attendance of a period: each class with each of its sessions, and what can still be done."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courses.enums import ON_ROSTER, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment, LeaveRequest
from courses.models.leave import STANDING
from courses.permissions import visible_runs
from courses.selectors.attendance_totals import TOOK_PLACE, Period, Totals, total_of, totals_by_enrolment
from courses.selectors.leave import Missed, missed_of
from courses.selectors.make_up import is_missed


@dataclass(frozen=True)
class Sitting:
    """One session with the person's mark and standing request for leave, if there are any."""

    session: ClassSession
    record: AttendanceRecord | None = None
    leave: LeaveRequest | None = None

    @property
    def is_missed(self) -> bool:
        return is_missed(self.record) and not self.session.is_cancelled

    def may_ask(self, at: datetime.datetime) -> bool:
        """Whether leave could be asked for."""
        is_open = self.session.closed_at is None and not self.session.is_cancelled
        return is_open and self.session.starts_at > at and self.leave is None


@dataclass(frozen=True)
class ClassAttendance:
    """One class in the period. `missed` is the rule of a seventh, of the whole class; `again` a coming intake."""

    enrolment: Enrolment
    totals: Totals
    missed: Missed
    sittings: list[Sitting]
    again: CourseRun | None = None

    @property
    def has_missed(self) -> bool:
        return any(one.is_missed for one in self.sittings)


@dataclass(frozen=True)
class OwnAttendance:
    classes: list[ClassAttendance] = field(default_factory=list)

    @property
    def total(self) -> Totals:
        return total_of(one.totals for one in self.classes)


def years_of(person: Any, at: datetime.datetime) -> list[int]:
    """This year, and every other in which the person had a session or will have one; the latest first. One query."""
    mine = Enrolment.objects.filter(_counts(), person=person).values("run")
    sessions = ClassSession.objects.held().filter(run__in=mine, run__status__in=TOOK_PLACE).order_by()
    years = {timezone.localtime(one).year for one in sessions.datetimes("starts_at", "year")}
    return sorted(years | {timezone.localtime(at).year}, reverse=True)


def own_attendance(person: Any, period: Period, at: datetime.datetime) -> OwnAttendance:
    """The classes of the period, the latest first. Nine queries, however many classes and sessions."""
    rows = Enrolment.objects.filter(_counts(), person=person, run__status__in=TOOK_PLACE)
    enrolments = list(rows.select_related("run__course", "unit").order_by("-run__starts_at", "-pk"))
    sittings = _sittings(enrolments, period)
    shown = [one for one in enrolments if sittings[one.pk]]
    totals = totals_by_enrolment(period, at, Enrolment.objects.filter(pk__in=[one.pk for one in shown]))
    missed = missed_of([(one, None, "") for one in shown])
    again = _again(person, shown, at)
    return OwnAttendance(
        [
            ClassAttendance(one, totals.get(one.pk, Totals()), share, sittings[one.pk], again.get(one.run.course_id))
            for one, share in zip(shown, missed, strict=True)
        ]
    )


def _counts() -> Q:
    """On the roster, or marked before leaving the class."""
    marked = AttendanceRecord.objects.filter(enrolment=OuterRef("pk")).exclude(status=AttendanceStatus.CLEARED)
    return Q(status__in=ON_ROSTER) | Q(Exists(marked))


def _sittings(enrolments: Iterable[Enrolment], period: Period) -> dict[int, list[Sitting]]:
    """By enrolment. Who has left, or came to the class after a register was closed, sees what was marked only."""
    known = list(enrolments)
    keys = [one.pk for one in known]
    records = {(row.enrolment_id, row.session_id): row for row in AttendanceRecord.objects.filter(enrolment__in=keys)}
    asked = LeaveRequest.objects.filter(enrolment__in=keys, status__in=STANDING)
    leave = {(row.enrolment_id, row.session_id): row for row in asked}
    found: dict[int, list[Sitting]] = defaultdict(list)
    sessions = _sessions_by_run(known, period)
    for one in known:
        for session in sessions[one.run_id]:
            record = _said(records.get((one.pk, session.pk)))
            if record or (one.status in ON_ROSTER and session.closed_at is None):
                found[one.pk].append(Sitting(session, record, leave.get((one.pk, session.pk))))
    return found


def _said(record: AttendanceRecord | None) -> AttendanceRecord | None:
    return None if record is None or record.status == AttendanceStatus.CLEARED else record


def _sessions_by_run(enrolments: Iterable[Enrolment], period: Period) -> dict[int, list[ClassSession]]:
    found: dict[int, list[ClassSession]] = defaultdict(list)
    rows = ClassSession.objects.filter(
        run__in={one.run_id for one in enrolments}, starts_at__gte=period.begins_at, starts_at__lt=period.ends_at
    )
    for session in rows.order_by("starts_at", "pk"):
        found[session.run_id].append(session)
    return found


def _again(person: Any, enrolments: Iterable[Enrolment], at: datetime.datetime) -> dict[int, CourseRun]:
    """The next intake of each course in which something could be made up, by course id."""
    known = list(enrolments)
    runs = visible_runs(person).upcoming(at).filter(course__in={one.run.course_id for one in known})
    others = runs.exclude(pk__in=[one.run_id for one in known]).order_by("-starts_at", "-pk")
    return {run.course_id: run for run in others}
