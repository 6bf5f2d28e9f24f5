"""What the training office looks at: lists of classes, sessions and enrolments, the roster."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.enums import ON_ROSTER, AttendanceStatus, RunStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from people.models import User
from people.roles import BY_CODE

LOOK_BACK = datetime.timedelta(days=30)


def teaching_staff(run: CourseRun | None = None) -> QuerySet[User]:
    """People who may be named as trainer or class supervisor, and those whom this class names already."""
    roles = Q(groups__name__in=[BY_CODE[code].name for code in ("trainer", "supervisor")])
    if run is not None and run.pk:
        roles |= Q(taught_sessions__run=run) | Q(supervised_runs=run)
    chosen = User.objects.filter(roles).values("pk")
    return User.objects.filter(pk__in=chosen, is_active=True).with_unit()


def trainers_by_session(run: CourseRun) -> dict[int, list[int]]:
    """Who teaches which session of the class: user ids by session id."""
    found: dict[int, list[int]] = defaultdict(list)
    links = ClassSession.trainers.through.objects.filter(classsession__run=run)
    for session_id, user_id in links.values_list("classsession_id", "user_id"):
        found[session_id].append(user_id)
    return found


def listed_sessions(sessions: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """Sessions with class, trainers, and how many people the register expects and has marked."""
    expected = Enrolment.objects.filter(run=OuterRef("run"), status__in=ON_ROSTER).order_by().values("run")
    return (
        sessions.select_related("run__course")
        .prefetch_related("trainers")
        .annotate(expected=_count(expected), marked=_count(_marks().order_by().values("session")))
    )


def _marks() -> QuerySet[AttendanceRecord]:
    return AttendanceRecord.objects.filter(session=OuterRef("pk")).exclude(status=AttendanceStatus.CLEARED)


def _count(grouped: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(grouped.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def unmarked_sessions(runs: QuerySet[CourseRun], at: datetime.datetime) -> QuerySet[ClassSession]:
    """Sessions that ended lately, have people on the roster, and carry no mark."""
    sessions = ClassSession.objects.held().filter(
        run__in=runs.filter(status__in=(RunStatus.PUBLISHED, RunStatus.CONCLUDED)),
        ends_at__lte=at,
        ends_at__gt=at - LOOK_BACK,
    )
    roster = Enrolment.objects.filter(run=OuterRef("run"), status__in=ON_ROSTER)
    return sessions.filter(Exists(roster), ~Exists(_marks()))


@dataclass(frozen=True)
class SheetRow:
    """One person of the attendance sheet; `records` follow the order of the sessions, None where nothing is marked."""

    enrolment: Enrolment
    records: list[AttendanceRecord | None]

    @property
    def minutes(self) -> int:
        return sum(record.minutes_earned for record in self.records if record)


@dataclass(frozen=True)
class Sheet:
    """Everybody on the roster against every session held."""

    sessions: list[ClassSession]
    rows: list[SheetRow]


def attendance_sheet(
    run: CourseRun, enrolments: QuerySet[Enrolment], among: QuerySet[ClassSession] | None = None
) -> Sheet:
    """The sheet of one class for these enrolments, of the sessions `among` which it looks, or of all.

    Three queries, however many people and sessions.
    """
    held = run.sessions.held()
    sessions = list(held if among is None else held.filter(pk__in=among.values("pk")))
    people = enrolments.filter(run=run).on_roster().select_related("person", "unit")  # type: ignore[attr-defined]
    marks = AttendanceRecord.objects.filter(session__run=run).exclude(status=AttendanceStatus.CLEARED)
    found = {(mark.session_id, mark.enrolment_id): mark for mark in marks}
    rows = [
        SheetRow(enrolment, [found.get((session.pk, enrolment.pk)) for session in sessions])
        for enrolment in people.order_by("unit__position", "unit__name", "person__pinyin", "pk")
    ]
    return Sheet(sessions, rows)
