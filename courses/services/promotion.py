"""Filling freed seats from the queue: an offer to whoever is next, held for a time that the run sets."""

import datetime
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import EnrolmentStatus, RunStatus
from courses.models import CourseRun, Enrolment
from courses.services import seats
from courses.services.facts import match, units_above
from courses.services.holding import offer_until
from courses.services.transitions import Cause, record_many


def promote(run: CourseRun, *, at: datetime.datetime) -> list[Enrolment]:
    """Offer free seats to the people who wait longest; return them. The caller holds the run's lock.

    As many as fit, in one pass with a number of queries that does not depend on them. Nobody moves up once the class
    has begun or is no longer published: the office decides then. People whose account is switched off keep their
    ticket. Kept seats go to those in the queue who belong to the unit.
    """
    fresh = CourseRun.objects.get(pk=run.pk)
    if not fresh.queue_length or fresh.status != RunStatus.PUBLISHED or fresh.has_begun(at):
        return []
    if not fresh.open_seats and not fresh.seats_held:
        return []
    waiting = Enrolment.objects.filter(run=run, person__is_active=True).waiting()
    return _from_quotas(fresh, waiting, at) + _from_open_seats(fresh, waiting, at)


def _from_open_seats(run: CourseRun, waiting: Any, at: datetime.datetime) -> list[Enrolment]:
    moved = list(waiting.select_related("person", "run__course")[: run.open_seats]) if run.open_seats else []
    _hand_over(run, moved, at)
    seats.move_up(run, len(moved))
    return moved


def _from_quotas(run: CourseRun, waiting: Any, at: datetime.datetime) -> list[Enrolment]:
    """Match those who wait with unused seats of their own units, in the order of the queue."""
    quotas = list(run.quotas.all()) if run.seats_held else []
    if not any(quota.unused > 0 for quota in quotas):
        return []
    moved = []
    for row in waiting.select_related("person", "run__course").prefetch_related("person__professions"):
        professions = {profession.pk for profession in row.person.professions.all()}
        row.quota = match(quotas, units_above(row.unit_id), professions)
        if row.quota is not None:
            row.quota.taken += 1
            moved.append(row)
    _hand_over(run, moved, at)
    seats.move_up_by_quota(run, Counter(row.quota.pk for row in moved))
    return moved


def _hand_over(run: CourseRun, moved: list[Enrolment], at: datetime.datetime) -> None:
    """Offer, or confirm at once where the run sets no time. The seat is theirs from now on."""
    if not moved:
        return
    status = EnrolmentStatus.OFFERED if run.offer_hours else EnrolmentStatus.CONFIRMED
    until = offer_until(run, at) if run.offer_hours else None
    for row in moved:
        row.status, row.ticket, row.changed_at, row.offer_expires_at = status, None, at, until
    Enrolment.objects.bulk_update(moved, ["status", "ticket", "changed_at", "offer_expires_at", "quota"])
    cause = Cause(by=None, at=at, reason=_("A seat became free."))
    record_many([(row, EnrolmentStatus.WAITLISTED) for row in moved], cause)
