"""A change to a closed register, or a late entry (补签): asked by one person with a reason, confirmed by another."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.db.turns import in_turn
from courses.enums import AttendanceSource, AttendanceStatus, CorrectionStatus, SealKind
from courses.errors import CorrectionRefused
from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceRules,
    ClassSession,
    Correction,
    CourseRun,
    Enrolment,
)
from courses.permissions import MANAGE, can_mark_attendance
from courses.services import seats
from courses.services.fold import fold, token
from courses.services.marking import locked, make_event, store
from courses.services.runs import refuse_frozen
from courses.services.sealing import add_seal
from courses.services.transitions import checked_reason
from people.models import User

TIMED = (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)
CORRECTABLE = frozenset(AttendanceStatus.values) - {AttendanceStatus.CLEARED}


@in_turn
@transaction.atomic
def ask_correction(
    *,
    session: ClassSession,
    enrolment: Enrolment,
    status: str,
    reason: str,
    by: User,
    happened_at: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
) -> Correction:
    """Ask for another state of one person in a closed register; nothing changes before somebody else confirms.

    `happened_at` is the arrival of somebody late, the leaving of somebody who left early. Raises CorrectionRefused,
    ReasonRefused, RunNotEditable.
    """
    reason, at = checked_reason(reason, required=True), at or timezone.now()
    session = locked([session.pk], AttendanceRules.load())[session.pk]
    refuse_frozen(session.run)
    was = _standing(session, enrolment)
    _check_asked(session, enrolment, was, status, by)
    made = Correction.objects.create(
        session=session, enrolment=enrolment, was=was, status=status, reason=reason, asked_by=by, asked_at=at,
        happened_at=happened_at if status in TIMED else None,
    )  # fmt: skip
    _note("courses.correction_asked", made, by)
    return made


def _standing(session: ClassSession, enrolment: Enrolment) -> str:
    record = AttendanceRecord.objects.filter(session=session, enrolment=enrolment).first()
    return record.status if record else AttendanceStatus.CLEARED


def _check_asked(session: ClassSession, enrolment: Enrolment, was: str, status: str, by: User) -> None:
    if not can_mark_attendance(by, session):
        raise CorrectionRefused(_("Only whoever keeps this register can ask for a correction."))
    if session.closed_at is None:
        raise CorrectionRefused(_("This register is still open: mark the person there."))
    if enrolment.run_id != session.run_id:
        raise CorrectionRefused(_("This person is not in this class."))
    if status not in CORRECTABLE or (status == was and status not in TIMED):
        raise CorrectionRefused(_("Choose another state than the one that stands."))
    if Correction.objects.filter(session=session, enrolment=enrolment, state=CorrectionStatus.ASKED).exists():
        raise CorrectionRefused(_("A correction for this person is waiting already."))


def may_decide(person: User, correction: Correction) -> bool:
    """The second person is the training office or the class supervisor, and never who asked."""
    if person.pk == correction.asked_by_id:
        return False
    return person.has_perm(MANAGE) or correction.session.run.supervisor_id == person.pk


@in_turn
@transaction.atomic
def confirm_correction(*, correction: Correction, by: User, at: datetime.datetime | None = None) -> Correction:
    """Countersign: the correction becomes a mark and a seal. Confirmed already, it stays as it is.

    Raises CorrectionRefused, RunNotEditable.
    """
    at = at or timezone.now()
    run, correction = _lock(correction, by)
    if correction.state == CorrectionStatus.CONFIRMED:
        return correction
    _check_waiting(correction)
    refuse_frozen(run)
    session = locked([correction.session_id], AttendanceRules.load())[correction.session_id]
    event = _event(session, correction, by, at)
    store({session.pk: session}, [event])
    _decided(correction, CorrectionStatus.CONFIRMED, by, at, event=event)
    add_seal(session=session, kind=SealKind.CORRECTION, by=by, at=at)
    _note("courses.correction_confirmed", correction, by)
    return correction


@in_turn
@transaction.atomic
def refuse_correction(
    *, correction: Correction, by: User, answer: str, at: datetime.datetime | None = None
) -> Correction:
    """Leave the register as it is, with a reason for whoever asked. Raises CorrectionRefused, ReasonRefused."""
    answer = checked_reason(answer, required=True)
    _run, correction = _lock(correction, by)
    if correction.state == CorrectionStatus.REFUSED:
        return correction
    _check_waiting(correction)
    _decided(correction, CorrectionStatus.REFUSED, by, at or timezone.now(), answer=answer)
    _note("courses.correction_refused", correction, by)
    return correction


def _lock(correction: Correction, by: User) -> tuple[CourseRun, Correction]:
    """Lock the run, whose chain grows, then the correction; check that `by` may decide on it."""
    run = seats.lock(correction.session.run)
    rows = Correction.objects.select_for_update(no_key=True, of=("self",))
    correction = rows.select_related("session__run", "enrolment", "asked_by").get(pk=correction.pk)
    if not may_decide(by, correction):
        raise CorrectionRefused(
            _("A second person decides: the training office or the class supervisor, not whoever asked.")
        )
    return run, correction


def _check_waiting(correction: Correction) -> None:
    if correction.state != CorrectionStatus.ASKED:
        raise CorrectionRefused(_("Somebody has decided on this correction already."))


def _event(session: ClassSession, correction: Correction, by: User, at: datetime.datetime) -> AttendanceEvent:
    """The mark that a correction becomes: made by who asked, countersigned, in place of all that stood."""
    known = AttendanceEvent.objects.filter(session=session, enrolment=correction.enrolment)
    item = {
        "enrolment": correction.enrolment,
        "status": correction.status,
        "happened_at": correction.happened_at or session.starts_at,
        "client_id": f"correction-{correction.pk}",
        "basis": [token(head) for head in fold(session, known).heads],
        "note": correction.reason,
        "was": correction.was,
        "countersigned_by": by,
    }
    return make_event(session, item, correction.asked_by, at, AttendanceSource.CORRECTION)


def _decided(
    correction: Correction,
    state: CorrectionStatus,
    by: User,
    at: datetime.datetime,
    *,
    event: AttendanceEvent | None = None,
    answer: str = "",
) -> None:
    correction.state, correction.decided_by, correction.decided_at = state, by, at
    correction.event, correction.answer = event, answer
    correction.save(update_fields=["state", "decided_by", "decided_at", "event", "answer"])


def _note(action: str, correction: Correction, by: User) -> None:
    data = {"session": correction.session_id, "enrolment": correction.enrolment_id, "correction": correction.pk}
    values = {"was": correction.was, "status": correction.status}
    audit.record(action, correction.session.run, by=by, data={**data, **values})
