"""Making, changing, publishing and ending a run."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import RunStatus
from courses.errors import (
    CapacityBelowSeatsTaken,
    CourseNotChangeable,
    RunIncomplete,
    RunNotEditable,
    TransitionRefused,
)
from courses.models import CourseRun
from courses.services import revisions, seats, telling
from courses.services.promotion import promote
from courses.services.transitions import checked_reason
from people.models import User

_S = RunStatus
RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.PLANNED: frozenset({_S.READY, _S.PUBLISHED, _S.CANCELLED}),
    _S.READY: frozenset({_S.PLANNED, _S.PUBLISHED, _S.CANCELLED}),
    _S.PUBLISHED: frozenset({_S.CONCLUDED, _S.POSTPONED, _S.CANCELLED}),
    _S.POSTPONED: frozenset({_S.PUBLISHED, _S.CANCELLED}),
    _S.CONCLUDED: frozenset({_S.ARCHIVED, _S.PUBLISHED}),
    _S.CANCELLED: frozenset(),
    _S.ARCHIVED: frozenset(),
}
# What other services keep: a stale form must not bring old values back.
COUNTED = ("seats_taken", "queue_length", "tickets_issued", "quota_released_at", "below_minimum_at", "starts_at",
           "ends_at", "status")  # fmt: skip
FROZEN = (_S.CANCELLED, _S.ARCHIVED)
# Counters and derived dates belong to other services: a form that saves a stale row must not overwrite them.
EDITABLE = [
    "course", "class_no", "year", "intake_no", "sign_up_opens_at", "sign_up_closes_at", "capacity",
    "waitlist_enabled", "approval_required", "nomination_only", "once_a_year", "offer_hours", "reserve", "quota_until",
    "minimum", "withdraw_until", "self_check_in", "check_out", "mask_names", "venue", "organiser", "supervisor", "note",
]  # fmt: skip


@transaction.atomic
def save_run(*, run: CourseRun, by: User) -> CourseRun:
    """Store a new or edited run after checking it; more seats are offered to the queue at once.

    Raises RunNotEditable, CapacityBelowSeatsTaken, CourseNotChangeable, and ValidationError for the fields themselves.
    """
    if run.pk is None:
        run.seats_held = run.reserve
        run.full_clean()
        run.save()
        audit.record("courses.run_created", run, by=by, data={"class_no": run.class_no})
        return run
    stored = _check_editable(run)
    run.full_clean()
    run.save(update_fields=[*EDITABLE, "seats_held"])
    if run.venue != stored.venue:
        revisions.raise_where_class_is(run)
        telling.venue_changed(run, stored.venue, by=by)
    audit.record("courses.run_edited", run, by=by, data={"class_no": run.class_no, "capacity": run.capacity})
    promote(run, at=timezone.now())
    run.refresh_from_db()
    return run


def _check_editable(run: CourseRun) -> CourseRun:
    stored = seats.lock(run)
    refuse_frozen(stored)
    if run.course_id != stored.course_id and stored.enrolments.exists():
        raise CourseNotChangeable
    for name in COUNTED:
        setattr(run, name, getattr(stored, name))
    run.seats_held = seats.held_of(run)
    _check_capacity(run)
    return stored


def _check_capacity(run: CourseRun) -> None:
    """Nobody is put out silently: the office sees how many are over and decides who goes where."""
    if run.seats_taken > run.capacity:
        counts = {"taken": run.seats_taken, "over": run.seats_taken - run.capacity}
        raise CapacityBelowSeatsTaken(
            _(
                "%(taken)d people hold a seat already, %(over)d more than that. Move or withdraw them first; "
                "“Seats and queue” of the class shows who signed up last."
            )
            % counts
        )
    if run.seats_taken + run.seats_held > run.capacity:
        counts = {"taken": run.seats_taken, "held": run.seats_held}
        raise CapacityBelowSeatsTaken(
            _("%(taken)d seats are taken and %(held)d are kept for units or in reserve. Lower the quotas first.")
            % counts
        )


def refuse_frozen(run: CourseRun) -> None:
    """Raise RunNotEditable if the class was cancelled or filed away."""
    if run.status in FROZEN:
        raise RunNotEditable


@transaction.atomic
def set_capacity(*, run: CourseRun, capacity: int, by: User) -> CourseRun:
    """Change the number of seats alone. Nobody is put out silently: see `save_run` for what is refused."""
    stored = seats.lock(run)
    refuse_frozen(stored)
    stored.capacity, stored.seats_held = capacity, seats.held_of(stored)
    stored.clean_fields(exclude=[field.name for field in CourseRun._meta.fields if field.name != "capacity"])  # noqa: SLF001
    _check_capacity(stored)
    stored.save(update_fields=["capacity", "seats_held"])
    audit.record("courses.run_edited", stored, by=by, data={"class_no": stored.class_no, "capacity": capacity})
    promote(stored, at=timezone.now())
    run.refresh_from_db()
    return run


def publish(*, run: CourseRun, by: User) -> CourseRun:
    """Show the run in the catalogue. Raises RunIncomplete if the window or the sessions are missing."""
    return _move(run, RunStatus.PUBLISHED, by)


def postpone(*, run: CourseRun, by: User, reason: str) -> CourseRun:
    """Take the dates back for now; people stay enrolled. A reason is required."""
    return _move(run, RunStatus.POSTPONED, by, reason)


def cancel(*, run: CourseRun, by: User, reason: str) -> CourseRun:
    """Cancel for good; a reason is required."""
    return _move(run, RunStatus.CANCELLED, by, reason)


def conclude(*, run: CourseRun, by: User) -> CourseRun:
    """Say that the class is over."""
    return _move(run, RunStatus.CONCLUDED, by)


def archive(*, run: CourseRun, by: User) -> CourseRun:
    """File the class away; nothing of it can be changed after."""
    return _move(run, RunStatus.ARCHIVED, by)


def mark_ready(*, run: CourseRun, by: User) -> CourseRun:
    """Say that planning is done and the run may be published."""
    return _move(run, RunStatus.READY, by)


@transaction.atomic
def _move(run: CourseRun, to: RunStatus, by: User, reason: str = "") -> CourseRun:
    """Change the status under the row's lock. Raises TransitionRefused, RunIncomplete."""
    stored = seats.lock(run)
    if to not in RUN_TRANSITIONS[stored.status]:
        raise TransitionRefused(
            _("A class that is “%(status)s” cannot be changed that way.") % {"status": stored.get_status_display()}
        )
    _check_complete(stored, to, reason)
    reason = checked_reason(reason)
    before, stored.status, stored.status_reason = stored.status, to, reason
    stored.save(update_fields=["status", "status_reason"])
    revisions.raise_revisions(stored)
    telling.run_moved(stored, before, by=by)
    audit.record("courses.run_status", stored, by=by, data={"from": before, "to": str(to), "reason": reason})
    if to == RunStatus.PUBLISHED:
        promote(stored, at=timezone.now())
    run.refresh_from_db()
    return run


def _check_complete(run: CourseRun, to: RunStatus, reason: str) -> None:
    if to in (RunStatus.POSTPONED, RunStatus.CANCELLED) and not reason.strip():
        raise RunIncomplete(_("Say why, so that everybody who signed up can be told."))
    if to != RunStatus.PUBLISHED:
        return
    if run.starts_at is None:
        raise RunIncomplete(_("Add at least one session before publishing the class."))
    if run.sign_up_opens_at is None or run.sign_up_closes_at is None:
        raise RunIncomplete(_("Set when sign-up opens and closes before publishing the class."))


def suggest_number(course_code: str, year: int, intake_no: int) -> str:
    """Return the class number as offices write it: year, course, intake: 2026-XZ-01-01."""
    return f"{year}-{course_code}-{intake_no:02d}"


def next_intake(course_id: int, day: datetime.date) -> int:
    """Return the number of the course's next intake in that year, counted from 1."""
    numbers = CourseRun.objects.filter(course=course_id, year=day.year).values_list("intake_no", flat=True)
    return max(numbers, default=0) + 1
