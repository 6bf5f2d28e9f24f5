"""Attendance across courses: what somebody, or the people of a unit, had to attend in a period, and what came of it.

Only a closed register proves anything: until then marks change. Sessions that are over and whose register is open are
counted apart. Sessions and classes that were cancelled, postponed or never announced do not count at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from courses.enums import ATTENDED, ON_ROSTER, AttendanceStatus, RunStatus
from courses.models import AttendanceRecord, ClassSession, Enrolment

_A = AttendanceStatus
TOOK_PLACE = (RunStatus.PUBLISHED, RunStatus.CONCLUDED, RunStatus.ARCHIVED)
LOW = 80  # per cent; what the list of low attendance asks for unless somebody types another number


@dataclass(frozen=True)
class Period:
    """Local days, both of them inside. A session belongs to the day on which it begins."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls(datetime.date(year, 1, 1), datetime.date(year, 12, 31))

    @property
    def begins_at(self) -> datetime.datetime:
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment that is no longer inside."""
        return _midnight(self.last + datetime.timedelta(days=1))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


@dataclass(frozen=True)
class Totals:
    """Sessions and whole minutes of closed registers; `waiting` counts sessions that are over and not closed yet.

    sessions = attended + leave + duty + absent + made_up. `late` and `left_early` are among the attended. Sources:

    - late or early beyond the limit of the session is absent (domain 3.3, published sample rules);
    - somebody marked as present who has not checked out where the class wants both is among the attended, without
      minutes (domain 3.3: full hours need both);
    - private leave and illness are leave, official duty is none (domain 3.3);
    - a session made up (补课) is made good, and its minutes were earned where the person sat, so that they count once
      (domain 3.3, `services/make_up.py`). `minutes_earned` therefore never holds them twice.

    The rule of a seventh (domain 3.3) is one of each class, not of a period: see `selectors.leave.Missed`. The minutes
    that make an hour of study (domain 2: 45) stand in `selectors.hours_taught`.
    """

    sessions: int = 0
    attended: int = 0
    late: int = 0
    left_early: int = 0
    leave: int = 0
    duty: int = 0
    absent: int = 0
    made_up: int = 0
    waiting: int = 0
    minutes: int = 0
    minutes_earned: int = 0
    minutes_leave: int = 0
    minutes_duty: int = 0
    minutes_absent: int = 0
    minutes_made_up: int = 0

    @property
    def minutes_due(self) -> int:
        """What had to be attended: all minutes but those on official duty."""
        return self.minutes - self.minutes_duty

    @property
    def minutes_good(self) -> int:
        return min(self.minutes_due, self.minutes_earned + self.minutes_made_up)

    @property
    def share(self) -> int | None:
        """Per cent of the minutes due that were attended or made up, never rounded up; None if nothing was due.

        Official duty counts neither as attended nor as missed, as in `selectors.outcomes`.
        """
        return 100 * self.minutes_good // self.minutes_due if self.minutes_due else None

    def is_below(self, percent: int) -> bool:
        return bool(self.minutes_due) and self.minutes_good * 100 < percent * self.minutes_due

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def proved(period: Period, enrolments: QuerySet[Enrolment] | None = None) -> QuerySet[AttendanceRecord]:
    """What closed registers say of these enrolments (of everybody without them) in the period.

    Who left the class after being marked stays on the register as marked then; a mark taken back says nothing.
    """
    rows = AttendanceRecord.objects.exclude(status=_A.CLEARED).filter(
        session__closed_at__isnull=False, session__cancelled_at__isnull=True, session__run__status__in=TOOK_PLACE,
        session__starts_at__gte=period.begins_at, session__starts_at__lt=period.ends_at,
    )  # fmt: skip
    return rows if enrolments is None else rows.filter(enrolment__in=enrolments.order_by().values("pk"))


def missed(period: Period, enrolments: QuerySet[Enrolment] | None = None) -> QuerySet[AttendanceRecord]:
    """Those of the proved records that say that a session was missed: absent, or on private leave; the latest first."""
    kinds = _kinds()
    rows = proved(period, enrolments).filter(kinds["absent"] | kinds["leave"])
    return rows.select_related("session__run__course", "enrolment").order_by("-session__starts_at", "pk")


def totals_by_person(
    period: Period, at: datetime.datetime, enrolments: QuerySet[Enrolment] | None = None
) -> dict[int, Totals]:
    """Totals by user id, of everybody who had a session. Two queries, for one person and for all."""
    return _totals("person", period, at, enrolments)


def totals_by_unit(
    period: Period, at: datetime.datetime, enrolments: QuerySet[Enrolment] | None = None
) -> dict[int | None, Totals]:
    """Totals by id of the unit from which people signed up; None for those without one. Two queries."""
    return _totals("unit", period, at, enrolments)


def totals_by_enrolment(
    period: Period, at: datetime.datetime, enrolments: QuerySet[Enrolment] | None = None
) -> dict[int, Totals]:
    """Totals by enrolment id, that is of each person in each class. Two queries."""
    return _totals("pk", period, at, enrolments)


def total_of(totals: Iterable[Totals]) -> Totals:
    """All of them together."""
    return sum(totals, start=Totals())


def _totals(key: str, period: Period, at: datetime.datetime, enrolments: QuerySet[Enrolment] | None) -> dict[Any, Any]:
    path = "enrolment" if key == "pk" else f"enrolment__{key}"
    rows = proved(period, enrolments).order_by().values(path).annotate(**_sums())
    found = {row.pop(path): _of_row(row) for row in rows}
    for holder, count in _waiting(key, period, at, enrolments):
        found[holder] = replace(found.get(holder, Totals()), waiting=count)
    return found


def _sums() -> dict[str, Any]:
    """One aggregate for each field of `Totals` but `waiting`, over records joined with their sessions."""
    length, kinds = F("session__ends_at") - F("session__starts_at"), _kinds()
    counted: dict[str, Any] = {name: Count("pk", filter=kind) for name, kind in kinds.items()}
    lengths = {f"minutes_{name}": Sum(length, filter=kinds[name]) for name in ("leave", "duty", "absent", "made_up")}
    return {
        "sessions": Count("pk"), "minutes": Sum(length), "earned": Sum("minutes_earned"), **counted, **lengths,
    }  # fmt: skip


def _kinds() -> dict[str, Q]:
    """Each record is exactly one of attended, leave, duty, absent, made up; late and early are parts of attended."""
    beyond = Q(status__in=(_A.LATE, _A.LEFT_EARLY), minutes_earned=0)  # as `AttendanceRecord.counts_as_absent`
    attended = Q(status__in=ATTENDED) & ~beyond
    return {
        "attended": attended,
        "late": attended & (Q(status=_A.LATE) | Q(minutes_late__gt=0)),
        "left_early": attended & (Q(status=_A.LEFT_EARLY) | Q(minutes_early__gt=0)),
        "leave": Q(status=_A.ON_LEAVE),
        "duty": Q(status=_A.OFFICIAL_DUTY),
        "absent": Q(status=_A.ABSENT) | beyond,
        "made_up": Q(status=_A.MADE_UP),
    }


def _of_row(row: Mapping[str, Any]) -> Totals:
    values = {
        name: _minutes(value) if isinstance(value, datetime.timedelta) else value or 0 for name, value in row.items()
    }
    return Totals(minutes_earned=values.pop("earned"), **values)


def _minutes(length: datetime.timedelta) -> int:
    return int(length.total_seconds() // 60)


def _waiting(
    key: str, period: Period, at: datetime.datetime, enrolments: QuerySet[Enrolment] | None
) -> Iterable[tuple[Any, int]]:
    """How many sessions are over without a closed register, by holder: of the roster, and of those marked and gone."""
    rows = Enrolment.objects.all() if enrolments is None else enrolments.order_by()
    sessions = ClassSession.objects.held().filter(
        closed_at__isnull=True, ends_at__lte=at, run__status__in=TOOK_PLACE,
        starts_at__gte=period.begins_at, starts_at__lt=period.ends_at,
    )  # fmt: skip
    marked = AttendanceRecord.objects.exclude(status=_A.CLEARED).filter(
        enrolment=OuterRef("pk"), session=OuterRef("sitting")
    )
    pairs = Enrolment.objects.filter(pk__in=rows.values("pk")).alias(sitting=F("run__sessions"))
    pairs = pairs.filter(Q(status__in=ON_ROSTER) | Exists(marked), sitting__in=sessions.values("pk"))
    return pairs.order_by().values(key).annotate(count=Count("sitting")).values_list(key, "count")
