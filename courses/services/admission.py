"""What the training office admits by itself: somebody directly, or many requests at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from core.db.turns import in_turn
from courses.enums import Way
from courses.errors import ChangeRefused, CoursesRefusal
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.services import enrolment as enrolments
from courses.services import seats
from courses.services.transitions import checked_reason
from people.models import User


def admit(*, person: User, run: CourseRun, by: User, from_reserve: bool = False) -> Enrolment:
    """Sign somebody else up as the office (直接录取), on request with a seat of the reserve.

    Raises ChangeRefused if that is not for `by`, EnrolmentRefused.
    """
    if not by.has_perm(MANAGE):
        raise ChangeRefused(_("Only the training office admits people directly."))
    entry = enrolments.Entry(way=Way.DIRECT, from_reserve=from_reserve)
    return enrolments.enrol(person=person, run=run, by=by, entry=entry)


@dataclass
class Tally:
    """How a step for many went: what is done, and for whom it was refused and why."""

    done: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Enrolment, str]] = field(default_factory=list)


def approve_many(*, requests: Iterable[Enrolment], by: User) -> Tally:
    """Admit each request in the order given; each stands by itself, one refusal keeps nobody else out."""
    return _each(requests, lambda row: enrolments.approve(enrolment=row, by=by))


def decline_many(*, requests: Iterable[Enrolment], by: User, reason: str) -> Tally:
    """Turn each request down for one reason. Raises ReasonRefused before anything is done."""
    reason = checked_reason(reason, required=True)
    return _each(requests, lambda row: enrolments.decline(enrolment=row, by=by, reason=reason))


@in_turn
def _each(rows: Iterable[Enrolment], step: Callable[[Enrolment], Enrolment]) -> Tally:
    """Each is a savepoint of one transaction. All locks are taken first, by their keys: nobody waits in a circle."""
    wanted, tally = list(rows), Tally()
    with transaction.atomic():
        people = User.objects.select_for_update(no_key=True).only("pk")
        list(people.filter(pk__in=[row.person_id for row in wanted]).order_by("pk"))
        for run in sorted({row.run for row in wanted}, key=lambda run: run.pk):
            seats.lock(run)
        for row in wanted:
            try:
                tally.done.append(step(row))
            except CoursesRefusal as refusal:
                tally.refused.append((row, str(refusal.message)))
    return tally
