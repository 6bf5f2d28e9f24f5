"""Every rule of sign-up lives behind these functions: page, API, import, promotion and admin all call them.

Order of locks: the person first, then the run. The person's lock keeps one person from taking two clashing classes
at once, the run's lock keeps two people from taking one seat.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db.rows import insert
from core.db.turns import in_turn
from courses.enums import EnrolmentStatus, RunStatus, Way
from courses.errors import EnrolmentRefused, KeyReused, RunNotEditable, TransitionRefused, WithdrawalTooLate
from courses.models import CourseRun, Enrolment, EnrolmentEvent, Nomination, RunQuota
from courses.services import seats
from courses.services.facts import LAST_RANK, Facts, read_facts
from courses.services.people_facts import read_facts_of_people
from courses.services.promotion import promote
from courses.services.rules import RULES, WAIVED, WARNINGS, Reason, published
from courses.services.transitions import Cause, checked_reason, record, transition
from people.models import User

CONFIRMED, WAITLISTED, REQUESTED = (
    EnrolmentStatus.CONFIRMED,
    EnrolmentStatus.WAITLISTED,
    EnrolmentStatus.REQUESTED,
)


LOCK_PERSON = f"SELECT 1 FROM {User._meta.db_table} WHERE id = %s FOR NO KEY UPDATE"  # noqa: S608, SLF001


@dataclass(frozen=True)
class Verdict:
    """What would happen if this person signed up for this run now.

    `outcome` is "confirmed", "waitlisted" or "requested", empty when refused. `warnings` hinder nothing, but the
    person should know. `ahead` counts the people who wait already. `enrolment` is the person's active enrolment, if
    there is one: then there is nothing to sign up for. `quota` is where the seat would come from, `rank` where in the
    queue the person would stand.
    """

    allowed: bool
    outcome: str = ""
    reasons: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    ahead: int = 0
    enrolment: Enrolment | None = None
    quota: RunQuota | None = None
    rank: int = LAST_RANK


@dataclass(frozen=True)
class Entry:
    """How somebody comes into a class other than by an own sign-up; only services of this app make one.

    They have checked that the caller may do so, and may set aside what `rules.WAIVED` names for the way.
    """

    way: Way = Way.SELF
    from_reserve: bool = False
    nomination: Nomination | None = None
    follows: Enrolment | None = None


OWN = Entry()


def verdict(*, person: User, run: CourseRun, at: datetime.datetime | None = None, way: Way = Way.SELF) -> Verdict:
    """Judge one run. The same rules as `enrol`, without taking anything."""
    return verdicts(person=person, runs=[run], at=at, way=way)[run.pk]


def verdicts(
    *, person: User, runs: Iterable[CourseRun], at: datetime.datetime | None = None, way: Way = Way.SELF
) -> dict[int, Verdict]:
    """Judge many runs for one person with a constant number of queries; keys are run ids."""
    rows = list(runs)
    facts = read_facts(person, rows, at or timezone.now(), way)
    return {run.pk: _judge(facts, run) for run in rows}


def verdicts_for_people(
    *, people: Iterable[User], run: CourseRun, at: datetime.datetime | None = None, way: Way = Way.SELF
) -> dict[int, Verdict]:
    """Judge many people for one run with a constant number of queries; keys are user ids. As `verdict` for each."""
    facts = read_facts_of_people(people, run, at or timezone.now(), way)
    return {pk: _judge(one, run) for pk, one in facts.items()}


def _judge(facts: Facts, run: CourseRun) -> Verdict:
    existing = facts.enrolments.get(run.pk)
    if existing is not None:
        return Verdict(allowed=False, ahead=run.queue_length, enrolment=existing)
    reasons = [reason for rule in RULES if (reason := rule(facts, run))]
    waived = WAIVED[facts.way]
    return Verdict(
        allowed=all(reason.code in waived for reason in reasons),
        outcome="" if reasons else _outcome(facts, run),
        reasons=reasons,
        warnings=[reason for rule in WARNINGS if (reason := rule(facts, run))],
        ahead=run.queue_length,
        quota=facts.quota(run),
        rank=facts.rank(run),
    )


def _outcome(facts: Facts, run: CourseRun) -> str:
    if run.approval_required or facts.way == Way.NOMINATED:
        return REQUESTED
    return CONFIRMED if run.free_seats or facts.quota(run) else WAITLISTED


@in_turn
@transaction.atomic
def enrol(
    *, person: User, run: CourseRun, by: User, at: datetime.datetime | None = None, key: str | None = None,
    entry: Entry = OWN,
) -> Enrolment:  # fmt: skip
    """Sign the person up: a seat, a place in the queue, or a request, as the run decides.

    Twice for the same person and run is one enrolment and the same answer. `key` is the caller's idempotency key.
    Somebody with `courses.manage_enrolments` who signs others up admits them (`Way.DIRECT`); what is set aside for
    that, the event says. Raises EnrolmentRefused (code and message of the first rule that says no), KeyReused.
    """
    asked_at = at or timezone.now()  # who came in time is in time, however long the others before take
    _lock_person(person)
    earlier = _earlier_answer(person, run, by, key)
    if earlier is not None:
        return earlier
    run, entry = _locked_run(run), _way_in(entry, person, by)
    facts = read_facts(person, [run], asked_at, entry.way, to_show=False)
    judged = _judge(facts, run)
    if judged.enrolment is not None:
        return judged.enrolment
    make = _Maker(facts, run, by, at, _waived(judged, entry), key, entry)
    return make.once() if key and by.pk != person.pk else make()


def _locked_run(run: CourseRun) -> CourseRun:
    """Lock the run and read it, with the course as the caller read it a moment ago: no lock guards a page.

    The lock comes first: whoever judges an old snapshot does not see the seat that was taken or freed meanwhile.
    """
    stored = seats.lock(run)
    stored.course = run.course
    return stored


def _way_in(entry: Entry, person: User, by: User) -> Entry:
    if entry.way == Way.SELF and by.pk != person.pk and by.has_perm("courses.manage_enrolments"):
        return replace(entry, way=Way.DIRECT)
    return entry


def _lock_person(person: User) -> None:
    """Where the database locks rows; on SQLite the transaction itself is the lock."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_PERSON, [person.pk])


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


def _waived(judged: Verdict, entry: Entry) -> str:
    """Return what to note if rules were set aside; raise EnrolmentRefused if one stands."""
    waived = WAIVED[entry.way] | ({"full"} if entry.from_reserve else set())  # the reserve is counted when it is taken
    standing = [reason for reason in judged.reasons if reason.code not in waived]
    if standing:
        raise EnrolmentRefused(standing[0].message, code=standing[0].code)
    return " ".join(reason.message for reason in judged.reasons)[:200]


@dataclass(frozen=True)
class _Maker:
    """Takes the place and writes the enrolment with its event."""

    facts: Facts
    run: CourseRun
    by: User
    at: datetime.datetime | None
    reason: str
    key: str | None
    entry: Entry

    def __call__(self) -> Enrolment:
        """Take the place, then look at the clock: under the run's lock the moments follow the order of the queue."""
        place = self._take()
        at = self.at or timezone.now()
        enrolment = Enrolment(
            person=self.facts.person,
            run=self.run,
            unit_id=self.facts.unit_id,
            status=place.status,
            ticket=place.ticket,
            rank=self.facts.rank(self.run),
            way=self.entry.way,
            quota=place.quota,
            from_reserve=place.from_reserve,
            nomination=self.entry.nomination,
            follows=self.entry.follows,
            created_at=at,
            changed_at=at,
        )
        insert(enrolment)
        if enrolment.rank == LAST_RANK:
            enrolment.arrival_place = place.waiting  # type: ignore[attr-defined]  # spares the letter to count
        record(enrolment, "", Cause(by=self.by, at=at, reason=self.reason, key=self.key))
        return enrolment

    def once(self) -> Enrolment:
        """As a call; the actor is not locked, so one key sent for two people at once meets the constraint."""
        try:
            with transaction.atomic():
                return self()
        except IntegrityError:
            raise KeyReused from None

    def _take(self) -> seats.Place:
        """A place in the locked run. Raises EnrolmentRefused ("full")."""
        if self.entry.way == Way.NOMINATED or (self.run.approval_required and self.entry.way != Way.DIRECT):
            return seats.Place(REQUESTED)
        place = seats.take(self.run, quota=self.facts.quota(self.run), from_reserve=self.entry.from_reserve)
        return place or _refuse_place()


def _refuse_place() -> NoReturn:
    raise EnrolmentRefused(_("All seats are taken and this class keeps no waiting list."), code="full")


def locked(enrolment: Enrolment) -> Enrolment:
    """Take the locks of the person and the run, then read the enrolment as it stands. For services of this app."""
    _lock_person(enrolment.person)
    seats.lock(enrolment.run)
    return Enrolment.objects.select_related("run__course", "person").get(pk=enrolment.pk)


@in_turn
@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, reason: str = "", at: datetime.datetime | None = None) -> Enrolment:
    """Give the seat or the place in the queue back; a freed seat is offered to the first in the queue.

    Withdrawing twice gives the same answer. After the run's own date the withdrawal is marked as late and needs a
    reason. After the class has begun only somebody with `courses.manage_enrolments` may do it. Raises
    WithdrawalTooLate, TransitionRefused, ReasonRefused, RunNotEditable.
    """
    enrolment = locked(enrolment)
    at = at or timezone.now()
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return enrolment
    if enrolment.run.status == RunStatus.ARCHIVED:
        raise RunNotEditable
    if enrolment.run.has_begun(at) and not by.has_perm("courses.manage_enrolments"):
        raise WithdrawalTooLate
    enrolment.is_late = is_late(enrolment, at)
    reason = checked_reason(reason, required=enrolment.is_late and by.pk == enrolment.person_id)
    return end(enrolment, EnrolmentStatus.WITHDRAWN, Cause(by=by, at=at, reason=reason))


def is_late(enrolment: Enrolment, at: datetime.datetime) -> bool:
    """Whether giving the seat back at that moment is late: after the run's date for it. Who waits is never late."""
    until = enrolment.run.withdraw_until
    return enrolment.status == CONFIRMED and until is not None and until <= at


@transaction.atomic
def decline(*, enrolment: Enrolment, by: User, reason: str, at: datetime.datetime | None = None) -> Enrolment:
    """Turn a request or a waiting person down, with a reason. Raises TransitionRefused, ReasonRefused."""
    reason = checked_reason(reason, required=True)
    enrolment = locked(enrolment)
    return end(enrolment, EnrolmentStatus.DECLINED, Cause(by=by, at=at or timezone.now(), reason=reason))


def end(enrolment: Enrolment, to: EnrolmentStatus, cause: Cause) -> Enrolment:
    """Take a locked enrolment out of its class and offer what became free. For services of this app."""
    held, waited = enrolment.holds_seat, enrolment.status == WAITLISTED
    transition(enrolment, to, cause)
    if waited:
        seats.leave_queue(enrolment.run)
    if held:
        seats.give_back(enrolment)
        promote(enrolment.run, at=cause.at)
    return enrolment


@transaction.atomic
def approve(
    *, enrolment: Enrolment, by: User, at: datetime.datetime | None = None, from_reserve: bool = False
) -> Enrolment:
    """Admit a request: a seat of the unit's quota, an open one, or one of the reserve; else the end of the queue.

    Raises TransitionRefused if it is no request, EnrolmentRefused if there is neither or the class is not published.
    """
    enrolment, at = _locked_request(enrolment), at or timezone.now()
    facts = read_facts(enrolment.person, [enrolment.run], at)
    shut = published(facts, enrolment.run)
    if shut:
        raise EnrolmentRefused(shut.message, code=shut.code)
    place = seats.take(enrolment.run, quota=facts.quota(enrolment.run), from_reserve=from_reserve)
    return _settle(enrolment, place or _refuse_place(), facts, Cause(by=by, at=at))


@transaction.atomic
def put_on_reserve(*, enrolment: Enrolment, by: User, at: datetime.datetime | None = None) -> Enrolment:
    """Put a request at the end of the queue (候补) although seats may be free. Raises TransitionRefused."""
    enrolment, at = _locked_request(enrolment), at or timezone.now()
    facts = read_facts(enrolment.person, [enrolment.run], at)
    return _settle(enrolment, seats.wait(enrolment.run), facts, Cause(by=by, at=at))


def _locked_request(enrolment: Enrolment) -> Enrolment:
    enrolment = locked(enrolment)
    if enrolment.status != REQUESTED:
        raise TransitionRefused
    return enrolment


def _settle(enrolment: Enrolment, place: seats.Place, facts: Facts, cause: Cause) -> Enrolment:
    enrolment.quota, enrolment.from_reserve = place.quota, place.from_reserve
    enrolment.rank = facts.rank(enrolment.run)
    return transition(enrolment, place.status, cause, ticket=place.ticket)


def hand_on(enrolment: Enrolment, person: User, cause: Cause) -> Enrolment:
    """Pass a locked seat on to a colleague, from the same source and without a free moment. For services of this app.

    Raises EnrolmentRefused if the colleague may not take the class.
    """
    run = enrolment.run
    judged = verdict(person=person, run=run, at=cause.at, way=Way.SUBSTITUTE)
    if judged.enrolment is not None:
        raise EnrolmentRefused(_("This colleague is in the class already."), code="enrolled")
    note = _waived(judged, Entry(way=Way.SUBSTITUTE))
    transition(enrolment, EnrolmentStatus.WITHDRAWN, cause)
    made = Enrolment.objects.create(
        person=person, run=run, unit=enrolment.unit, status=CONFIRMED, way=Way.SUBSTITUTE, quota=enrolment.quota,
        from_reserve=enrolment.from_reserve, nomination=enrolment.nomination, follows=enrolment,
        created_at=cause.at, changed_at=cause.at,
    )  # fmt: skip
    record(made, "", replace(cause, reason=note or cause.reason))
    return made
