"""How a class ended for each person: completed, or not and why."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import ON_ROSTER, EnrolmentStatus
from courses.errors import ChangeRefused
from courses.models import CourseRun, Enrolment
from courses.services import seats
from courses.services.transitions import Cause, checked_reason, record_many
from people.models import User


@dataclass(frozen=True)
class Outcome:
    """What the office decided for one enrolment; not completing needs a reason."""

    enrolment_id: int
    completed: bool
    reason: str = ""


@transaction.atomic
def settle(*, run: CourseRun, outcomes: Sequence[Outcome], by: User, at: datetime.datetime | None = None) -> int:
    """Store the outcomes once the class is over; return how many changed. Saying the same again changes nothing.

    A later correction is one more event. Raises ChangeRefused, ReasonRefused.
    """
    stored, at = seats.lock(run), at or timezone.now()
    if stored.ends_at is None or stored.ends_at > at:
        raise ChangeRefused(_("The class is not over yet."))
    rows = _rows(run, outcomes)
    changed = 0
    for outcome in outcomes:
        changed += _settle(rows[outcome.enrolment_id], outcome, by, at)
    return changed


def _rows(run: CourseRun, outcomes: Sequence[Outcome]) -> Mapping[int, Enrolment]:
    wanted = [outcome.enrolment_id for outcome in outcomes]
    found = Enrolment.objects.filter(run=run, status__in=ON_ROSTER).select_related("person", "run__course")
    rows = found.in_bulk(wanted)
    if set(rows) != set(wanted):
        raise ChangeRefused(_("Somebody on this list is no longer in the class. Look at it again."))
    return rows


def _settle(row: Enrolment, outcome: Outcome, by: User, at: datetime.datetime) -> int:
    to = EnrolmentStatus.COMPLETED if outcome.completed else EnrolmentStatus.NOT_COMPLETED
    reason = checked_reason(outcome.reason, required=not outcome.completed)
    if row.status == to:
        return 0
    before, row.status, row.changed_at = row.status, to, at
    row.save(update_fields=["status", "changed_at"])
    record_many([(row, before)], Cause(by=by, at=at, reason=reason))
    return 1
