"""The sessions of a run, and the run's own first and last moment, which follow them."""

import datetime
from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import RunStatus
from courses.errors import RunIncomplete, ScheduleRefused, SessionHasMarks
from courses.models import AttendanceEvent, ClassSession, CourseRun
from courses.services import revisions, seats, telling
from courses.services.runs import refuse_frozen
from courses.services.transitions import checked_reason
from people.models import User

PARKED = datetime.timedelta(days=36_500)


@transaction.atomic
def save_schedule(*, run: CourseRun, sessions: Sequence[ClassSession], by: User) -> list[ClassSession]:
    """Make these the sessions of the run; stored ones that are not among them are removed.

    A row may carry `trainer_ids` (a list of user ids); without it its trainers stay. A session with marks can be
    neither removed nor moved. Raises ScheduleRefused, SessionHasMarks, RunNotEditable, ValidationError.
    """
    stored = _lock(run)
    refuse_frozen(stored)
    _check_own(run, sessions)
    _check_overlaps(sessions)
    before, teachers = revisions.told(run), telling.teachers(run)
    _remove(run, {session.pk for session in sessions if session.pk})
    _check_marked(run, sessions)
    _park(run)
    for session in sessions:
        _store(session, run)
    revisions.raise_changed(run, before)
    _follow(run)
    telling.sessions_changed(stored, before, by=by, also=teachers)
    audit.record("courses.schedule_saved", run, by=by, data={"sessions": len(sessions)})
    return list(run.sessions.all())


def _lock(run: CourseRun) -> CourseRun:
    """Lock the run, then its sessions: marking locks a session, so nobody marks one that is being moved."""
    stored = seats.lock(run)
    list(run.sessions.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return stored


def _check_own(run: CourseRun, sessions: Sequence[ClassSession]) -> None:
    wanted = {session.pk for session in sessions if session.pk}
    if wanted - set(run.sessions.values_list("pk", flat=True)):
        raise ScheduleRefused(_("A session that belongs to another class, or was removed meanwhile, cannot be saved."))


def _park(run: CourseRun) -> None:
    """Move the unmarked sessions out of the way, so that a whole timetable can shift by one interval."""
    rows = run.sessions.held().exclude(pk__in=_marked(run))
    rows.update(starts_at=F("starts_at") - PARKED, ends_at=F("ends_at") - PARKED)


def _check_overlaps(sessions: Sequence[ClassSession]) -> None:
    held = sorted((s for s in sessions if not s.is_cancelled), key=lambda session: session.starts_at)
    for earlier, later in pairwise(held):
        if later.starts_at < earlier.ends_at:
            raise ScheduleRefused(
                _("The session on %(moment)s begins before the one before it has ended.")
                % {"moment": f"{timezone.localtime(later.starts_at):%Y-%m-%d %H:%M}"}
            )


def _marked(run: CourseRun) -> set[int]:
    return set(AttendanceEvent.objects.filter(session__run=run).values_list("session", flat=True).distinct())


def _remove(run: CourseRun, kept: set[int]) -> None:
    gone = run.sessions.exclude(pk__in=kept)
    if _marked(run) & set(gone.values_list("pk", flat=True)):
        raise SessionHasMarks
    gone.delete()


def _check_marked(run: CourseRun, sessions: Iterable[ClassSession]) -> None:
    """Marks say how late somebody came, so the times of a marked session stand."""
    marked = _marked(run)
    stored = {session.pk: session for session in run.sessions.filter(pk__in=marked)}
    for session in sessions:
        before = stored.get(session.pk)
        if before and (before.starts_at, before.ends_at) != (session.starts_at, session.ends_at):
            raise SessionHasMarks


def _store(session: ClassSession, run: CourseRun) -> None:
    session.run = run
    session.full_clean()
    session.save(update_fields=["starts_at", "ends_at", "topic", "venue"] if session.pk else None)
    trainer_ids = getattr(session, "trainer_ids", None)
    if trainer_ids is not None:
        session.trainers.set(trainer_ids)


def _follow(run: CourseRun) -> None:
    """Let the run begin with its first held session and end with its last. Raises RunIncomplete."""
    span = run.sessions.held().aggregate(first=Min("starts_at"), last=Max("ends_at"))
    stored = CourseRun.objects.get(pk=run.pk)
    if span["first"] is None and stored.status == RunStatus.PUBLISHED:
        raise RunIncomplete(_("A published class keeps at least one session; cancel or postpone the class instead."))
    CourseRun.objects.filter(pk=run.pk).update(starts_at=span["first"], ends_at=span["last"])
    run.starts_at, run.ends_at = span["first"], span["last"]


@transaction.atomic
def cancel_session(*, session: ClassSession, by: User, reason: str) -> ClassSession:
    """Cancel one session, with a reason; the row stays. Cancelling twice changes nothing.

    Raises ReasonRefused, SessionHasMarks, RunNotEditable, RunIncomplete for the only session of a published run.
    """
    refuse_frozen(_lock(session.run))
    session = ClassSession.objects.select_related("run").get(pk=session.pk)
    if session.is_cancelled:
        return session
    reason = checked_reason(reason, required=True)
    if session.attendance_events.exists():
        raise SessionHasMarks
    session.cancelled_at, session.cancel_reason = timezone.now(), reason
    session.save(update_fields=["cancelled_at", "cancel_reason"])
    revisions.raise_revisions(session.run, [session.pk])
    session.refresh_from_db(fields=["revision", "changed_at"])
    _follow(session.run)
    telling.session_cancelled(session, by=by)
    audit.record("courses.session_cancelled", session.run, by=by, data={"session": session.pk, "reason": reason})
    return session
