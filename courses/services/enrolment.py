"""Every rule of sign-up lives behind these functions: page, API, import, promotion and admin all call them.

Order of locks: the person first, then the run. The person's lock keeps one person from taking two clashing classes
at once, the run's lock keeps two people from taking one seat.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db.turns import in_turn
from courses.enums import EnrolmentStatus, RunStatus
from courses.errors import EnrolmentRefused, KeyReused, RunNotEditable, TransitionRefused, WithdrawalTooLate
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services import seats
from courses.services.promotion import promote
from courses.services.rules import RULES, WAIVABLE, Facts, Reason, published, read_facts
from courses.services.transitions import Cause, checked_reason, record, transition
from people.models import User

CONFIRMED, WAITLISTED, REQUESTED = (
    EnrolmentStatus.CONFIRMED,
    EnrolmentStatus.WAITLISTED,
    EnrolmentStatus.REQUESTED,
)


@dataclass(frozen=True)
class Verdict:
    """What would happen if this person signed up for this run now.

    `outcome` is "confirmed", "waitlisted" or "requested", empty when refused. `ahead` counts the people who wait
    already. `enrolment` is the person's active enrolment, if there is one: then there is nothing to sign up for.
    """

    allowed: bool
    outcome: str = ""
    reasons: list[Reason] = field(default_factory=list)
    ahead: int = 0
    enrolment: Enrolment | None = None


def verdict(*, person: User, run: CourseRun, at: datetime.datetime | None = None) -> Verdict:
    """Judge one run. The same rules as `enrol`, without taking anything."""
    return verdicts(person=person, runs=[run], at=at)[run.pk]


def verdicts(*, person: User, runs: Iterable[CourseRun], at: datetime.datetime | None = None) -> dict[int, Verdict]:
    """Judge many runs for one person with a constant number of queries; keys are run ids."""
    rows = list(runs)
    facts = read_facts(person, rows, at or timezone.now())
    return {run.pk: _judge(facts, run) for run in rows}


def _judge(facts: Facts, run: CourseRun) -> Verdict:
    existing = facts.enrolments.get(run.pk)
    if existing is not None:
        return Verdict(allowed=False, ahead=run.queue_length, enrolment=existing)
    reasons = [reason for rule in RULES if (reason := rule(facts, run))]
    outcome = "" if reasons else _outcome(run)
    return Verdict(allowed=not reasons, outcome=outcome, reasons=reasons, ahead=run.queue_length)


def _outcome(run: CourseRun) -> str:
    if run.approval_required:
        return REQUESTED
    return CONFIRMED if run.free_seats else WAITLISTED


@in_turn
@transaction.atomic
def enrol(
    *, person: User, run: CourseRun, by: User, at: datetime.datetime | None = None, key: str | None = None
) -> Enrolment:
    """Sign the person up: a seat, a place in the queue, or a request, as the run decides.

    Twice for the same person and run is one enrolment and the same answer. `key` is the caller's idempotency key.
    Somebody with `courses.manage_enrolments` may sign others up outside the window and in spite of a clash; the
    event says so. Raises EnrolmentRefused (code and message of the first rule that says no), KeyReused.
    """
    _lock_person(person)
    earlier = _earlier_answer(person, run, by, key)
    if earlier is not None:
        return earlier
    run = CourseRun.objects.select_related("course").get(pk=run.pk)
    judged = verdict(person=person, run=run, at=at)
    if judged.enrolment is not None:
        return judged.enrolment
    reason = _waived(judged, person, by)
    if key and by.pk != person.pk:
        return _create_once(person, run, by, at, reason, key)
    return _create(person, run, by, at, reason, key)


def _lock_person(person: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)


def _earlier_answer(person: User, run: CourseRun, by: User, key: str | None) -> Enrolment | None:
    """The enrolment that this key led to before. Raises KeyReused if it was another person's or another run's."""
    if not key:
        return None
    event = EnrolmentEvent.objects.filter(by=by, key=key).select_related("enrolment").first()
    if event is None:
        return None
    if (event.enrolment.person_id, event.enrolment.run_id) != (person.pk, run.pk):
        raise KeyReused
    return event.enrolment


def _waived(judged: Verdict, person: User, by: User) -> str:
    """Return what to note if the office sets rules aside; raise EnrolmentRefused if a rule stands."""
    if not judged.reasons:
        return ""
    standing = judged.reasons
    if by.pk != person.pk and by.has_perm("courses.manage_enrolments"):
        standing = [reason for reason in judged.reasons if reason.code not in WAIVABLE]
    if standing:
        raise EnrolmentRefused(standing[0].message, code=standing[0].code)
    return " ".join(reason.message for reason in judged.reasons)[:200]


def _create(
    person: User, run: CourseRun, by: User, at: datetime.datetime | None, reason: str, key: str | None
) -> Enrolment:
    """Take the place, then look at the clock: under the run's lock the moments follow the order of the queue."""
    place = _take(run)
    at = at or timezone.now()
    enrolment = Enrolment.objects.create(
        person=person,
        run=run,
        unit=person.unit_on(timezone.localdate(at)),
        status=place.status,
        ticket=place.ticket,
        created_at=at,
        changed_at=at,
    )
    record(enrolment, "", Cause(by=by, at=at, reason=reason, key=key))
    return enrolment


def _create_once(
    person: User, run: CourseRun, by: User, at: datetime.datetime | None, reason: str, key: str
) -> Enrolment:
    """As `_create`; the actor is not locked, so one key sent for two people at once meets the constraint."""
    try:
        with transaction.atomic():
            return _create(person, run, by, at, reason, key)
    except IntegrityError:
        raise KeyReused from None


def _take(run: CourseRun) -> seats.Place:
    """A place in the run as it was judged. Raises EnrolmentRefused ("full", or "changed" if it is another run now)."""
    place = seats.ask(run) if run.approval_required else seats.take(run)
    return place or _refuse_place(run)


def _refuse_place(run: CourseRun) -> NoReturn:
    now = CourseRun.objects.get(pk=run.pk)
    if (now.status, now.approval_required) != (run.status, run.approval_required):
        raise EnrolmentRefused(_("The class was changed just now. Look at it again and try once more."), code="changed")
    raise EnrolmentRefused(_("All seats are taken and this class keeps no waiting list."), code="full")


def _locked(enrolment: Enrolment) -> Enrolment:
    """Take the locks of the person and the run, then read the enrolment as it stands."""
    _lock_person(enrolment.person)
    seats.lock(enrolment.run)
    return Enrolment.objects.select_related("run__course", "person").get(pk=enrolment.pk)


@in_turn
@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, reason: str = "", at: datetime.datetime | None = None) -> Enrolment:
    """Give the seat or the place in the queue back; a freed seat goes to the first in the queue.

    Withdrawing twice gives the same answer. After the class has begun only somebody with
    `courses.manage_enrolments` may do it. Raises WithdrawalTooLate, TransitionRefused, ReasonRefused, RunNotEditable.
    """
    enrolment = _locked(enrolment)
    at = at or timezone.now()
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return enrolment
    if enrolment.run.status == RunStatus.ARCHIVED:
        raise RunNotEditable
    if enrolment.run.has_begun(at) and not by.has_perm("courses.manage_enrolments"):
        raise WithdrawalTooLate
    return _end(enrolment, EnrolmentStatus.WITHDRAWN, Cause(by=by, at=at, reason=checked_reason(reason)))


@transaction.atomic
def decline(*, enrolment: Enrolment, by: User, reason: str, at: datetime.datetime | None = None) -> Enrolment:
    """Turn a request or a waiting person down, with a reason. Raises TransitionRefused, ReasonRefused."""
    reason = checked_reason(reason, required=True)
    enrolment = _locked(enrolment)
    return _end(enrolment, EnrolmentStatus.DECLINED, Cause(by=by, at=at or timezone.now(), reason=reason))


def _end(enrolment: Enrolment, to: EnrolmentStatus, cause: Cause) -> Enrolment:
    held, waited = enrolment.holds_seat, enrolment.status == WAITLISTED
    transition(enrolment, to, cause)
    if waited:
        seats.leave_queue(enrolment.run)
    if held:
        seats.give_back(enrolment.run)
        promote(enrolment.run, at=cause.at)
    return enrolment


@transaction.atomic
def approve(*, enrolment: Enrolment, by: User, at: datetime.datetime | None = None) -> Enrolment:
    """Admit a request: a seat if one is free, else the end of the queue.

    Raises TransitionRefused if it is no request, EnrolmentRefused if there is neither or the class is not published.
    """
    enrolment = _locked(enrolment)
    at, run = at or timezone.now(), enrolment.run
    if enrolment.status != REQUESTED:
        raise TransitionRefused
    shut = published(Facts(person=enrolment.person, at=at), run)
    if shut:
        raise EnrolmentRefused(shut.message, code=shut.code)
    place = seats.take(run) or _refuse_place(run)
    return transition(enrolment, place.status, Cause(by=by, at=at), ticket=place.ticket)
