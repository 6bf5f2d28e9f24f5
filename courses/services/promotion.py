"""Filling freed seats from the queue, first come first."""

import datetime

from django.utils.translation import gettext as _

from courses.enums import EnrolmentStatus, RunStatus
from courses.models import CourseRun, Enrolment
from courses.services import seats
from courses.services.transitions import Cause, transition


def promote(run: CourseRun, *, at: datetime.datetime) -> list[Enrolment]:
    """Give free seats to the people who wait longest; return them. The caller holds the run's lock.

    Nobody moves up once the class has begun or is no longer published: the office decides then. People whose account
    is switched off keep their ticket.
    """
    fresh = CourseRun.objects.get(pk=run.pk)
    free = max(0, fresh.capacity - fresh.seats_taken)
    if not free or not fresh.queue_length or fresh.status != RunStatus.PUBLISHED or fresh.has_begun(at):
        return []
    waiting = Enrolment.objects.filter(run=run, person__is_active=True).waiting()
    moved = list(waiting.select_related("person", "run")[:free])
    cause = Cause(by=None, at=at, reason=_("A seat became free."))
    for enrolment in moved:
        transition(enrolment, EnrolmentStatus.CONFIRMED, cause)
    seats.move_up(run, len(moved))
    return moved
