"""Recording attendance: events are appended, records follow from them."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.db.turns import in_turn
from courses.enums import AttendanceSource, AttendanceStatus
from courses.errors import MarkRefused
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, Enrolment
from courses.services.check_in import check_in
from courses.services.fold import Outcome, fold, token
from courses.services.marking import Mark, check_roster, make_event, open_session, store, without_mark
from courses.services.sealing import close_register
from people.models import User

__all__ = ["check_in", "close_register", "decide", "mark", "mark_rest"]


@in_turn
@transaction.atomic
def mark(
    *,
    session: ClassSession,
    marks: Sequence[Mark],
    by: User,
    at: datetime.datetime | None = None,
    source: AttendanceSource = AttendanceSource.TRAINER,
) -> list[AttendanceRecord]:
    """Append marks and return the records of everybody named, in the order of the marks.

    A mark is {enrolment, status, happened_at, client_id, note, basis}; `enrolment` is a row or its id; for "late"
    `happened_at` is the arrival, for "left_early" the leaving, without it the moment `at`. `basis` names the marks (see
    `fold.token`) that whoever marks had before the eyes; without it, all that the server knows. A `client_id` seen
    before in this session changes nothing. All marks are stored or none. Constant queries for any number of marks.
    Raises SessionCancelled, SessionNotBegun, RegisterClosed, NotOnRoster, MarkRefused, RunNotEditable.
    """
    at = at or timezone.now()
    session = open_session(session, at)
    return _store(session, [make_event(session, item, by, at, source) for item in marks])


@in_turn
@transaction.atomic
def mark_rest(
    *, session: ClassSession, by: User, press: str, at: datetime.datetime | None = None
) -> list[AttendanceRecord]:
    """Mark everybody present who has no standing mark yet; those marked meanwhile stay as they are.

    `press` names this press of the button: the same one again changes nothing. Raises as `mark`.
    """
    at = at or timezone.now()
    session = open_session(session, at)
    marks = [
        {"enrolment": pk, "status": AttendanceStatus.PRESENT, "client_id": f"{press[:40]}-{pk}"}
        for pk in without_mark(session)
    ]
    return _store(session, [make_event(session, item, by, at) for item in marks])


def _store(session: ClassSession, rows: Sequence[AttendanceEvent]) -> list[AttendanceRecord]:
    check_roster(session, rows)
    records = store({session.pk: session}, rows)
    return [records[session.pk, row.enrolment_id] for row in rows]


@in_turn
@transaction.atomic
def decide(
    *,
    session: ClassSession,
    enrolment: Enrolment,
    status: str,
    by: User,
    head: str = "",
    at: datetime.datetime | None = None,
) -> AttendanceRecord:
    """Settle a disagreement: one more mark that replaces both.

    `head` is the token of the mark that is right, or else the last one that says `status` counts; a third status is
    possible. Raises MarkRefused if somebody has settled it otherwise meanwhile; besides as `mark`.
    """
    at = at or timezone.now()
    session = open_session(session, at)
    found = fold(session, AttendanceEvent.objects.filter(session=session, enrolment=enrolment))
    if not found.disputed:
        return _settled(session, enrolment, found, status)
    item = _decision(found, enrolment, status, head, at)
    (record,) = _store(session, [make_event(session, item, by, at, AttendanceSource.DECISION)])
    data = {"session": session.pk, "enrolment": enrolment.pk, "status": str(record.status)}
    audit.record("courses.attendance_decided", session.run, by=by, data=data)
    return record


def _settled(session: ClassSession, enrolment: Enrolment, found: Outcome, status: str) -> AttendanceRecord:
    record = AttendanceRecord.objects.filter(session=session, enrolment=enrolment).first()
    if record is None or found.status != status:
        raise MarkRefused(_("Nobody disagrees about this person any more. Look at the register again."))
    return record


def _decision(found: Outcome, enrolment: Enrolment, status: str, head: str, at: datetime.datetime) -> Mark:
    """The chosen mark stands first in the basis: `fold` takes its minutes over."""
    chosen = [row for row in found.heads if row.status == status and (not head or token(row) == head)][-1:]
    others = [row for row in found.heads if row not in chosen]
    return {
        "enrolment": enrolment,
        "status": status,
        "happened_at": chosen[0].happened_at if chosen else at,
        "basis": [token(row) for row in (*chosen, *others)],
    }
