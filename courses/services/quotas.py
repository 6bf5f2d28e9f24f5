"""Quotas of units (名额分配): setting them, and giving what is unused to the queue at their date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import RunStatus
from courses.errors import QuotaRefused
from courses.models import CourseRun, RunQuota
from courses.services import seats
from courses.services.promotion import promote
from courses.services.runs import refuse_frozen
from people.models import Profession, Unit, User


@dataclass(frozen=True)
class Share:
    """What one unit gets: so many seats, for one profession or for any (None)."""

    unit: Unit
    seats: int
    profession: Profession | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        return (self.unit.pk, self.profession.pk if self.profession else None)


@transaction.atomic
def set_quotas(*, run: CourseRun, shares: Sequence[Share], reserve: int, by: User) -> CourseRun:
    """Make these the quotas and the reserve of the run; what is not among them ends.

    Quotas and reserve together never exceed the seats. Nobody loses a seat: a quota cannot fall below what is taken
    from it. Freed seats are offered to the queue. Raises QuotaRefused, RunNotEditable.
    """
    stored = seats.lock(run)
    refuse_frozen(stored)
    _check(stored, shares, reserve)
    _store(stored, shares)
    CourseRun.objects.filter(pk=run.pk).update(reserve=reserve)
    stored.reserve = reserve
    refit(stored)
    audit.record("courses.quotas_set", run, by=by, data={"seats": sum(s.seats for s in shares), "reserve": reserve})
    promote(stored, at=timezone.now())
    run.refresh_from_db()
    return run


def _check(run: CourseRun, shares: Sequence[Share], reserve: int) -> None:
    if len({share.key for share in shares}) != len(shares):
        raise QuotaRefused(_("One unit stands there twice for the same profession."))
    total = sum(share.seats for share in shares) + reserve
    if total > run.capacity:
        counts = {"total": total, "capacity": run.capacity}
        raise QuotaRefused(_("Quotas and reserve come to %(total)d seats; the class has %(capacity)d.") % counts)
    if reserve < run.reserve - seats.reserve_left(run):
        raise QuotaRefused(_("More seats of the reserve are taken already."))


def _store(run: CourseRun, shares: Sequence[Share]) -> None:
    stored = {(row.unit_id, row.profession_id): row for row in run.quotas.select_related("unit")}
    for share in shares:
        row = stored.pop(share.key, None) or RunQuota(run=run, unit=share.unit, profession=share.profession, seats=0)
        _refuse_below(row, share.seats)
        row.seats, row.released = share.seats, min(row.released, share.seats - row.taken)
        row.save()
    for row in stored.values():
        _refuse_below(row, 0)
        row.enrolments.update(quota=None)
        row.delete()


def _refuse_below(row: RunQuota, wanted: int) -> None:
    if row.taken > wanted:
        names = {"unit": row.unit, "taken": row.taken}
        raise QuotaRefused(_("%(unit)s has filled %(taken)d seats already; the quota cannot be less.") % names)


def refit(run: CourseRun) -> None:
    """Store anew how many seats are kept. The caller holds the lock. Raises QuotaRefused if they do not fit."""
    held = seats.held_of(run)
    if run.seats_taken + held > run.capacity:
        counts = {"taken": run.seats_taken, "held": held, "capacity": run.capacity}
        raise QuotaRefused(_("%(taken)d seats are taken and %(held)d kept; the class has %(capacity)d seats.") % counts)
    seats.set_held(run, held)
    run.seats_held = held


def release_due(at: datetime.datetime) -> int:
    """Give unused seats of quotas whose date has come to the queue. Returns the number of runs."""
    due = CourseRun.objects.filter(status=RunStatus.PUBLISHED, quota_until__lte=at, quota_released_at__isnull=True)
    return sum(_release(run, at) for run in due.order_by("pk"))


@transaction.atomic
def _release(run: CourseRun, at: datetime.datetime) -> bool:
    stored = seats.lock(run)
    if stored.quota_released_at is not None:
        return False
    run.quotas.update(released=F("seats") - F("taken"))
    CourseRun.objects.filter(pk=run.pk).update(quota_released_at=at)
    stored.quota_released_at = at
    freed = stored.seats_held
    refit(stored)
    audit.record("courses.quotas_released", run, by=None, data={"seats": freed - stored.seats_held})
    promote(stored, at=at)
    return True
