"""What a trainer taught in a year: sessions, minutes, hours of study."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.models import ClassSession, CoursePage
from courses.selectors.attendance_totals import TOOK_PLACE, Period

MINUTES_OF_AN_HOUR = 45  # one 学时 or 课时 (domain 2, published source: bar association of Shanghai)
HALF = Decimal("0.5")


def study_hours(minutes: int) -> Decimal:
    """Return hours of study, rounded down to a half: 90 minutes are 2, 60 are 1 (domain 2, design choice)."""
    return (Decimal(minutes) / MINUTES_OF_AN_HOUR // HALF) * HALF


@dataclass(frozen=True)
class TaughtSession:
    """One session; `others` are the names of those who taught it too. It counts in full for each of them."""

    session: ClassSession
    others: list[str]

    @property
    def minutes(self) -> int:
        return self.session.minutes

    @property
    def hours(self) -> Decimal:
        return study_hours(self.minutes)


@dataclass(frozen=True)
class CourseTaught:
    """One course with its sessions in the order of the days; hours are rounded session by session."""

    course: CoursePage
    sessions: list[TaughtSession]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.sessions)

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.sessions), start=Decimal(0))


def hours_taught(person: Any, year: int, at: datetime.datetime) -> list[CourseTaught]:
    """By course, in the order of the titles. Two queries, however many sessions."""
    period = Period.of_year(year)
    rows = _taught(person, at).filter(starts_at__gte=period.begins_at, starts_at__lt=period.ends_at)
    found: dict[CoursePage, list[TaughtSession]] = defaultdict(list)
    for session in rows.select_related("run__course").prefetch_related("trainers").order_by("starts_at", "pk"):
        others = [one.name for one in session.trainers.all() if one.pk != person.pk]
        found[session.run.course].append(TaughtSession(session, others))
    return [CourseTaught(course, found[course]) for course in sorted(found, key=lambda one: (one.title, one.pk))]


def years_taught(person: Any, at: datetime.datetime) -> list[int]:
    """This year, and every other in which the person taught; the latest first. One query."""
    moments = _taught(person, at).order_by().datetimes("starts_at", "year")
    return sorted({timezone.localtime(one).year for one in moments} | {timezone.localtime(at).year}, reverse=True)


def _taught(person: Any, at: datetime.datetime) -> QuerySet[ClassSession]:
    """Sessions that name the person as trainer and are over, or whose register is closed; cancelled ones never.

    Whoever only supervises a class does not teach it.
    """
    over = Q(closed_at__isnull=False) | Q(ends_at__lte=at)
    return ClassSession.objects.held().filter(over, trainers=person.pk, run__status__in=TOOK_PLACE)
