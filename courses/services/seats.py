"""Seats and the queue of one run: the only place that moves the run's counters.

Every function must be called inside a transaction. The run's row lock lets a second taker wait for the first and then
see its counters. SQLite gets the same from its IMMEDIATE transactions.
"""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from core.freshness import touch_seats
from courses.enums import EnrolmentStatus, RunStatus
from courses.models import CourseRun


@dataclass(frozen=True)
class Place:
    """What a taker got: a seat, or a ticket for the queue."""

    status: EnrolmentStatus
    ticket: int | None = None


def lock(run: CourseRun) -> CourseRun:
    """Take the run's row lock until the transaction ends; return the row as it is under the lock."""
    return CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def take(run: CourseRun) -> Place | None:
    """Take a free seat, else a ticket for the waiting list; None if the run has neither or was changed meanwhile.

    A seat counts as free only while nobody waits for it. The lock comes first: a condition that fails on an old
    snapshot does not wait for the transaction that is about to make it true, and would queue beside a free seat.
    """
    now = _as_judged(run).select_for_update(no_key=True).first()
    if now is None:
        return None
    if now.free_seats and not now.queue_length:
        _move(now, seats_taken=F("seats_taken") + 1)
        return Place(EnrolmentStatus.CONFIRMED)
    if now.waitlist_enabled:
        _move(now, queue_length=F("queue_length") + 1, tickets_issued=F("tickets_issued") + 1)
        return Place(EnrolmentStatus.WAITLISTED, now.tickets_issued + 1)
    return None


def ask(run: CourseRun) -> Place | None:
    """Hold the run as it was judged, for somebody who asks for approval; None if it was changed meanwhile."""
    held = _as_judged(run).update(approval_required=run.approval_required)
    return Place(EnrolmentStatus.REQUESTED) if held else None


def _as_judged(run: CourseRun) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(pk=run.pk, status=RunStatus.PUBLISHED, approval_required=run.approval_required)


def give_back(run: CourseRun) -> None:
    """Free one seat. The caller promotes the queue afterwards."""
    _move(run, seats_taken=F("seats_taken") - 1)


def leave_queue(run: CourseRun) -> None:
    """Count one person less in the queue; the tickets of the others stay."""
    _move(run, queue_length=F("queue_length") - 1)


def move_up(run: CourseRun, count: int) -> None:
    """Turn the first `count` people of the queue into holders of seats."""
    _move(run, seats_taken=F("seats_taken") + count, queue_length=F("queue_length") - count)


def _move(run: CourseRun, **counters: Combinable) -> None:
    touch_seats()
    CourseRun.objects.filter(pk=run.pk).update(**counters)
