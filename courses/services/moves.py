"""Out of one class and into another, a colleague in one's place, and whoever stands at the door."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db.turns import in_turn
from courses.enums import EnrolmentStatus, RunStatus, Way
from courses.errors import ChangeRefused
from courses.models import ClassSession, CourseRun, Enrolment
from courses.permissions import MANAGE, can_mark_attendance
from courses.services import seats
from courses.services.enrolment import Entry, end, enrol, hand_on, locked
from courses.services.transitions import Cause, checked_reason
from people.models import User

MOVABLE = (EnrolmentStatus.CONFIRMED, EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED, EnrolmentStatus.REQUESTED)


@in_turn
@transaction.atomic
def move(
    *, enrolment: Enrolment, to: CourseRun, by: User, reason: str, at: datetime.datetime | None = None
) -> Enrolment:
    """Move a person to another class of the same course; both enrolments stay and point at each other.

    The office moves. In the new class the person gets a seat or a place in the queue, as everybody. Twice for the same
    pair gives the same answer. Raises ChangeRefused, EnrolmentRefused, ReasonRefused.
    """
    reason, at = checked_reason(reason, required=True), at or timezone.now()
    enrolment = _both_locked(enrolment, to)
    made = Enrolment.objects.active().filter(follows=enrolment, run=to).first()
    if made is not None:
        return made
    _check_move(enrolment, to, by, at)
    end(enrolment, EnrolmentStatus.WITHDRAWN, Cause(by=by, at=at, reason=reason))
    return enrol(person=enrolment.person, run=to, by=by, at=at, entry=Entry(way=Way.MOVED, follows=enrolment))


def _both_locked(enrolment: Enrolment, to: CourseRun) -> Enrolment:
    """Take the locks of the two runs in the order of their keys, so that two moves never wait for each other."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=enrolment.person_id)
    for run in sorted((enrolment.run, to), key=lambda one: one.pk):
        seats.lock(run)
    return locked(enrolment)


def _check_move(enrolment: Enrolment, to: CourseRun, by: User, at: datetime.datetime) -> None:
    if not by.has_perm(MANAGE):
        raise ChangeRefused(_("Only the training office moves people."))
    if enrolment.run_id == to.pk:
        raise ChangeRefused(_("This person is in that class already."))
    if enrolment.run.course_id != to.course_id:
        raise ChangeRefused(
            _("Move people between classes of one course only; for another course, sign them up there.")
        )
    if enrolment.status not in MOVABLE or enrolment.attendance_events.exists():
        raise ChangeRefused(_("This person has attended already or is no longer in the class; a move would lose that."))


@in_turn
@transaction.atomic
def substitute(
    *, enrolment: Enrolment, person: User, by: User, reason: str, at: datetime.datetime | None = None
) -> Enrolment:
    """Give a seat to a colleague of the same unit, one for one, also after sign-up has closed.

    The seat passes on without going through the queue. `by` is the training office, or a clerk of the unit (the caller
    has checked that both people are in the clerk's rows). Raises ChangeRefused, EnrolmentRefused, ReasonRefused.
    """
    reason, at = checked_reason(reason, required=True), at or timezone.now()
    both = User.objects.select_for_update(no_key=True).only("pk").filter(pk__in=(enrolment.person_id, person.pk))
    list(both.order_by("pk"))  # counting them would take no lock
    enrolment = locked(enrolment)
    made = Enrolment.objects.active().filter(follows=enrolment, person=person).first()
    if made is not None:
        return made
    _check_substitute(enrolment, person, at)
    return hand_on(enrolment, person, Cause(by=by, at=at, reason=reason))


def _check_substitute(enrolment: Enrolment, person: User, at: datetime.datetime) -> None:
    if enrolment.status != EnrolmentStatus.CONFIRMED or enrolment.attendance_events.exists():
        raise ChangeRefused(_("Only somebody who has a seat and was not marked yet can be replaced."))
    if enrolment.run.has_begun(at):
        raise ChangeRefused(_("The class has begun; nobody can be replaced."))
    unit = person.unit_on(timezone.localdate(at))
    if enrolment.unit_id is None or unit is None or unit.pk != enrolment.unit_id:
        raise ChangeRefused(_("The colleague must belong to the same unit."))


@in_turn
@transaction.atomic
def walk_in(*, session: ClassSession, person: User, by: User, at: datetime.datetime | None = None) -> Enrolment:
    """Add somebody who came without having signed up; the register shows it openly.

    Whoever keeps the register may do so, from the day of the class on, while seats are free. Raises ChangeRefused,
    EnrolmentRefused.
    """
    at = at or timezone.now()
    if not can_mark_attendance(by, session):
        raise ChangeRefused(_("Only whoever keeps this register can add people to it."))
    if timezone.localdate(at) < timezone.localdate(session.starts_at) or session.run.status != RunStatus.PUBLISHED:
        raise ChangeRefused(_("People can be added at the door on the day of the class."))
    enrolment = enrol(person=person, run=session.run, by=by, at=at, entry=Entry(way=Way.WALK_IN))
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        raise ChangeRefused(_("All seats of this class are taken. Ask the training office."))
    return enrolment
