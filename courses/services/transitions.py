"""The one way in which an enrolment changes its status."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.db.rows import insert
from courses.enums import ENROLMENT_TRANSITIONS, EnrolmentStatus
from courses.errors import ReasonRefused, TransitionRefused
from courses.models import Enrolment, EnrolmentEvent
from courses.services import telling
from courses.signals import enrolments_changed
from people.models import User

REASON_LENGTH = 200


def checked_reason(reason: str, *, required: bool = False) -> str:
    """Return the reason as it is stored. Raises ReasonRefused if it is too long, or missing where it is required."""
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise ReasonRefused(_("A reason has %(count)d characters at most.") % {"count": REASON_LENGTH})
    if required and not reason:
        raise ReasonRefused(_("Say why, so that everybody concerned can be told."))
    return reason


@dataclass(frozen=True)
class Cause:
    """Why a change happens: who, when, for what reason, under which idempotency key. `by` None is the system."""

    by: User | None
    at: datetime.datetime
    reason: str = ""
    key: str | None = None


def record(enrolment: Enrolment, from_status: str, cause: Cause) -> EnrolmentEvent:
    """Append the event for a change that was just stored, and tell whom it concerns."""
    event = _event(enrolment, from_status, cause)
    insert(event)
    _tell([event])
    return event


def record_many(changed: list[tuple[Enrolment, str]], cause: Cause) -> list[EnrolmentEvent]:
    """As `record`, for many enrolments and the statuses they had, with a constant number of queries."""
    events = EnrolmentEvent.objects.bulk_create([_event(row, before, cause) for row, before in changed])
    _tell(events)
    return events


def _event(enrolment: Enrolment, from_status: str, cause: Cause) -> EnrolmentEvent:
    return EnrolmentEvent(
        enrolment=enrolment,
        from_status=from_status,
        to_status=enrolment.status,
        at=cause.at,
        by=cause.by,
        reason=cause.reason,
        key=cause.key,
    )


def _tell(events: list[EnrolmentEvent]) -> None:
    """Tell the people themselves, then the apps above."""
    telling.enrolments_changed(events)
    enrolments_changed.send(sender=Enrolment, events=events)


MOVED = ["status", "ticket", "rank", "changed_at", "offer_expires_at", "quota", "from_reserve", "is_late"]


def transition(enrolment: Enrolment, to: EnrolmentStatus, cause: Cause, *, ticket: int | None = None) -> Enrolment:
    """Change the status, append the event. Raises TransitionRefused if the table does not allow it.

    The caller holds the locks and moves the counters.
    """
    before = enrolment.status
    if to not in ENROLMENT_TRANSITIONS[before]:
        raise TransitionRefused
    enrolment.status, enrolment.ticket, enrolment.changed_at = to, ticket, cause.at
    enrolment.offer_expires_at = None
    enrolment.save(update_fields=MOVED)
    record(enrolment, before, cause)
    return enrolment
