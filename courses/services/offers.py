"""Offers: accepting a seat that is held, and what happens when nobody answers."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db.turns import in_turn
from courses.enums import EnrolmentStatus
from courses.errors import OfferEnded, TransitionRefused
from courses.models import CourseRun, Enrolment
from courses.services import seats
from courses.services.enrolment import locked
from courses.services.promotion import promote
from courses.services.transitions import Cause, record_many, transition
from people.models import User


@in_turn
@transaction.atomic
def accept(*, enrolment: Enrolment, by: User, at: datetime.datetime | None = None) -> Enrolment:
    """Turn the offer into a seat. Accepting twice gives the same answer.

    To turn an offer down, withdraw. Raises OfferEnded, TransitionRefused.
    """
    enrolment, at = locked(enrolment), at or timezone.now()
    if enrolment.status == EnrolmentStatus.CONFIRMED:
        return enrolment
    if enrolment.status == EnrolmentStatus.OFFERED and not has_ended(enrolment, at):
        return transition(enrolment, EnrolmentStatus.CONFIRMED, Cause(by=by, at=at))
    if enrolment.status in (EnrolmentStatus.OFFERED, EnrolmentStatus.DECLINED):
        raise OfferEnded
    raise TransitionRefused


def has_ended(enrolment: Enrolment, at: datetime.datetime) -> bool:
    """Whether the time to answer is over; the seat may not have gone to the next one yet."""
    return enrolment.offer_expires_at is not None and enrolment.offer_expires_at <= at


def expire_offers(at: datetime.datetime) -> int:
    """End every offer whose time is over and offer the seats to the next. Returns how many ended.

    One transaction for each run, so that one run never waits for another.
    """
    due = Enrolment.objects.filter(offer_expires_at__lte=at)
    runs = CourseRun.objects.filter(pk__in=due.values("run")).order_by("pk")
    return sum(_expire(run, at) for run in runs)


@in_turn
@transaction.atomic
def _expire(run: CourseRun, at: datetime.datetime) -> int:
    seats.lock(run)
    ended = list(
        Enrolment.objects.filter(run=run, offer_expires_at__lte=at)
        .select_for_update(no_key=True, of=("self",))
        .select_related("person", "run__course")
    )
    for row in ended:
        row.status, row.offer_expires_at, row.changed_at = EnrolmentStatus.DECLINED, None, at
        seats.give_back(row)
    Enrolment.objects.bulk_update(ended, ["status", "offer_expires_at", "changed_at"])
    cause = Cause(by=None, at=at, reason=_("The offer was not accepted in time."))
    record_many([(row, EnrolmentStatus.OFFERED) for row in ended], cause)
    promote(run, at=at)
    return len(ended)
