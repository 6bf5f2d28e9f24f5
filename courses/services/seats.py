"""Seats and the queue of one run: the only place that moves the counters of runs and quotas.

Every function must be called inside a transaction. The run's row lock lets a second taker wait for the first and then
see its counters. SQLite gets the same from its IMMEDIATE transactions.

A seat is open to everybody, or it is kept: for a unit by its quota, or in reserve for the office. It goes back to
where it came from; once the quotas have been released, the seats of units are open to everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connections, router
from django.db.models import F, Sum

from core.freshness import touch_seats
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment, RunQuota

RUNS = CourseRun._meta.db_table  # noqa: SLF001


@dataclass(frozen=True)
class Place:
    """What a taker got: a seat and where it came from, or a ticket for the queue and how many stand in it now."""

    status: EnrolmentStatus
    ticket: int | None = None
    waiting: int | None = None
    quota: RunQuota | None = None
    from_reserve: bool = False


def lock(run: CourseRun) -> CourseRun:
    """Take the run's row lock until the transaction ends; return the row as it is under the lock."""
    return CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def take(run: CourseRun, *, quota: RunQuota | None = None, from_reserve: bool = False) -> Place | None:
    """Take a seat of the quota, else an open one, else a ticket; None if there is none.

    The caller holds the run's lock, and `run` was read under it. An open seat counts as free only while nobody waits
    for it.
    """
    if from_reserve:
        return _from_reserve(run)
    if quota is not None and take_from_quota(run, quota.pk):
        return Place(EnrolmentStatus.CONFIRMED, quota=quota)
    if run.open_seats and not _somebody_waits(run):
        _move(run, seats_taken=1)
        return Place(EnrolmentStatus.CONFIRMED)
    return wait(run) if run.waitlist_enabled else None


def _somebody_waits(run: CourseRun) -> bool:
    """Whether the queue holds anybody who can be offered a seat: who cannot sign in is passed over."""
    if not run.queue_length:
        return False
    return Enrolment.objects.filter(run=run, person__is_active=True).waiting().exists()


def wait(run: CourseRun) -> Place:
    """Put at the end of the queue, whether seats are free or not. The caller holds the lock, as for `take`."""
    _move(run, queue_length=1, tickets_issued=1)
    return Place(EnrolmentStatus.WAITLISTED, run.tickets_issued + 1, run.queue_length + 1)


def take_from_quota(run: CourseRun, quota_id: int) -> bool:
    """Turn a kept seat of the quota into a taken one; False if none is left. The caller holds the run's lock."""
    left = RunQuota.objects.filter(pk=quota_id, run=run, taken__lt=F("seats") - F("released"))
    if not left.update(taken=F("taken") + 1):
        return False
    _move(run, seats_taken=1, seats_held=-1)
    return True


def _from_reserve(run: CourseRun) -> Place | None:
    if reserve_left(run) <= 0:
        return None
    _move(run, seats_taken=1, seats_held=-1)
    return Place(EnrolmentStatus.CONFIRMED, from_reserve=True)


def reserve_left(run: CourseRun) -> int:
    """Seats of the reserve that nobody holds."""
    return run.reserve - Enrolment.objects.filter(run=run, from_reserve=True).holding_seat().count()


def held_of(run: CourseRun) -> int:
    """Count anew how many seats are kept for units and the office. The caller holds the lock."""
    unused = run.quotas.aggregate(n=Sum(F("seats") - F("taken") - F("released")))["n"] or 0
    return unused + max(0, reserve_left(run))


def give_back(enrolment: Enrolment) -> None:
    """Free one seat; it goes back to where it came from. The caller promotes the queue afterwards."""
    run = CourseRun.objects.get(pk=enrolment.run_id)
    kept = enrolment.from_reserve
    if enrolment.quota_id is not None:
        kept = run.quota_released_at is None
        RunQuota.objects.filter(pk=enrolment.quota_id).update(
            taken=F("taken") - 1, released=F("released") + (0 if kept else 1)
        )
    _move(run, seats_taken=-1, seats_held=int(kept))


def leave_queue(run: CourseRun) -> None:
    """Count one person less in the queue; the tickets of the others stay."""
    _move(run, queue_length=-1)


def move_up(run: CourseRun, count: int) -> None:
    """Turn the first `count` people of the queue into holders of open seats."""
    _move(run, seats_taken=count, queue_length=-count)


def move_up_by_quota(run: CourseRun, counts: Mapping[int, int]) -> None:
    """Turn people of the queue into holders of kept seats: how many from which quota. The caller holds the lock."""
    for quota, count in counts.items():
        RunQuota.objects.filter(pk=quota).update(taken=F("taken") + count)
    moved = sum(counts.values())
    _move(run, seats_taken=moved, seats_held=-moved, queue_length=-moved)


def set_held(run: CourseRun, seats: int) -> None:
    """Store how many seats are kept. The caller holds the lock and has counted with `held_of`."""
    touch_seats()
    CourseRun.objects.filter(pk=run.pk).update(seats_held=seats)


def _move(run: CourseRun, **steps: int) -> None:
    """Add to the counters. Plain SQL: with the lock in hand, to build it anew took longer than to run it."""
    touch_seats()
    changes = ", ".join(f"{column} = {column} + %s" for column in steps)
    with connections[router.db_for_write(CourseRun)].cursor() as cursor:
        cursor.execute(f"UPDATE {RUNS} SET {changes} WHERE id = %s", [*steps.values(), run.pk])  # noqa: S608 - own names
