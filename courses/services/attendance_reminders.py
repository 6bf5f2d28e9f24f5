"""Reminding people who attended little: by the training office, once a day for each person."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.errors import ChangeRefused
from courses.models import Enrolment
from courses.permissions import MANAGE
from courses.selectors.attendance_totals import Period
from courses.selectors.low_attendance import LowAttendance, low_attendance, reminded_on
from courses.services import telling
from people.models import User


@dataclass(frozen=True)
class Reminded:
    """How many people were written to, and how many were on the list but had a letter of that day."""

    told: int
    before: int


@transaction.atomic
def remind_of_attendance(
    *,
    enrolments: QuerySet[Enrolment],
    period: Period,
    below: int,
    by: User,
    people: Collection[int] | None = None,
    at: datetime.datetime | None = None,
) -> Reminded:
    """Write to everybody who attended less than `below` per cent in these enrolments and the period.

    `people` (user ids) narrows that further. The share is computed anew, so that nobody is written to because of an
    old screen; nobody is written to twice on one day, by whomever. Raises ChangeRefused. Constant queries.
    """
    at = at or timezone.now()
    if not by.has_perm(MANAGE):
        raise ChangeRefused(_("Only the training office reminds people of their attendance."))
    rows = enrolments if people is None else enrolments.filter(person__in=people)
    low = low_attendance(period, below, rows, at)
    if not low:
        raise ChangeRefused(_("Nobody on this list is below that share any more."))
    fresh = _not_yet_told(low, at)
    telling.attendance_low(fresh, by=by, at=at)
    _record(fresh, period, below, by)
    return Reminded(told=len(fresh), before=len(low) - len(fresh))


def _not_yet_told(low: list[LowAttendance], at: datetime.datetime) -> list[LowAttendance]:
    """Under the lock of the people, so that two who press at once write one letter and one entry each."""
    keys = [row.person for row in low]
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").only("pk"))
    told = reminded_on(timezone.localdate(at), keys)
    return [row for row in low if row.person not in told]


def _record(low: list[LowAttendance], period: Period, below: int, by: User) -> None:
    people = User.objects.in_bulk([row.person for row in low])
    facts = {"first": period.first.isoformat(), "last": period.last.isoformat(), "below": below}
    entries = [(people[row.person], {**facts, "share": row.totals.share}) for row in low]
    audit.record_many("courses.attendance_reminded", entries, by=by)
