"""Leave (请假): asked before the session, decided by the head of the unit or by the office, never by oneself.

Granted, it becomes a mark on the register, also of a session that is weeks away; taken back, that mark is cleared.
Being away for more than a seventh of a class has no effect by itself: it is shown to whoever decides.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import AttendanceSource, AttendanceStatus, LeaveKind, LeaveStatus
from courses.errors import LeaveRefused, NotInClass, RegisterClosed, SessionCancelled
from courses.models import AttendanceEvent, ClassSession, Enrolment, LeaveRequest
from courses.models.leave import STANDING
from courses.selectors.leave import heads
from courses.services import telling
from courses.services.evidence import keep_evidence
from courses.services.marking import append
from courses.services.runs import refuse_frozen
from people.models import User

_A, _L = AttendanceStatus, LeaveStatus


@transaction.atomic
def ask(
    *,
    person: User,
    session: ClassSession,
    kind: str,
    reason: str,
    upload: Any = None,
    at: datetime.datetime | None = None,
) -> LeaveRequest:
    """Ask for leave from a session that has not begun. Whoever decides is told.

    Raises LeaveRefused, NotInClass, SessionCancelled, RegisterClosed, RunNotEditable.
    """
    at, session = at or timezone.now(), _locked(session)
    _check_open(session)
    if at >= session.starts_at:
        raise LeaveRefused(_("The session has begun. Please speak to the trainer."))
    enrolment = _enrolment(person, session)
    if LeaveRequest.objects.filter(enrolment=enrolment, session=session, status__in=STANDING).exists():
        raise LeaveRefused(_("You have asked for leave from this session already."))
    request = LeaveRequest(
        enrolment=enrolment, session=session, kind=_kind(kind), reason=_words(reason, required=True), asked_at=at
    )
    request.evidence = _evidence(upload, person)
    request.save()
    _record("courses.leave_asked", request, person)
    telling.leave_asked(request)
    return request


@transaction.atomic
def withdraw(*, request: LeaveRequest, by: User, at: datetime.datetime | None = None) -> LeaveRequest:
    """Take the own request back before the session; a granted one is cleared on the register. Twice is once.

    Raises LeaveRefused, RegisterClosed, SessionCancelled, RunNotEditable.
    """
    at, request = at or timezone.now(), _fresh(request)
    if request.enrolment.person_id != by.pk:
        raise LeaveRefused(_("Only who asked for leave can take that back."))
    if request.status == _L.WITHDRAWN:
        return request
    if request.status not in STANDING or at >= request.session.starts_at:
        raise LeaveRefused(_("This request can no longer be taken back. Please speak to the trainer."))
    if request.status == _L.GRANTED:
        _check_open(request.session)
        _mark(request, _A.CLEARED, by, at, f"{_mark_id(request)}-back", basis=[_mark_id(request)])
    request.status = _L.WITHDRAWN
    request.save(update_fields=["status"])
    _record("courses.leave_withdrawn", request, by)
    return request


@transaction.atomic
def grant(*, request: LeaveRequest, by: User, answer: str = "", at: datetime.datetime | None = None) -> LeaveRequest:
    """Grant the leave: it stands on the register from now on. Granting twice is granting once.

    Raises LeaveRefused, RegisterClosed, SessionCancelled, RunNotEditable.
    """
    at, request = at or timezone.now(), _fresh(request)
    if request.status == _L.GRANTED:
        return request
    _check_decision(request, by)
    _check_open(request.session)
    status = _A.OFFICIAL_DUTY if request.kind == LeaveKind.DUTY else _A.ON_LEAVE
    _mark(request, status, by, at, _mark_id(request), basis=[])
    return _decided(request, _L.GRANTED, by, answer, at)


@transaction.atomic
def refuse(*, request: LeaveRequest, by: User, answer: str, at: datetime.datetime | None = None) -> LeaveRequest:
    """Refuse the leave, with a reason that the person reads. Raises LeaveRefused."""
    at, request = at or timezone.now(), _fresh(request)
    if request.status == _L.REFUSED:
        return request
    _check_decision(request, by)
    return _decided(request, _L.REFUSED, by, _words(answer, required=True), at)


def _locked(session: ClassSession) -> ClassSession:
    rows = ClassSession.objects.select_for_update(no_key=True, of=("self",)).select_related("run__course")
    return rows.get(pk=session.pk)


def _fresh(request: LeaveRequest) -> LeaveRequest:
    """The request as it is now, under the lock of its session."""
    session = _locked(request.session)
    found = LeaveRequest.objects.select_related("enrolment__person", "enrolment__unit").get(pk=request.pk)
    found.session = session
    return found


def _check_open(session: ClassSession) -> None:
    refuse_frozen(session.run)
    if session.is_cancelled:
        raise SessionCancelled
    if session.closed_at is not None:
        raise RegisterClosed


def _check_decision(request: LeaveRequest, by: User) -> None:
    if request.status != _L.ASKED:
        raise LeaveRefused(_("This request is “%(status)s” already.") % {"status": request.get_status_display()})
    if not heads().may_decide(by, request):
        raise LeaveRefused(_("This decision is not yours."))


def _enrolment(person: User, session: ClassSession) -> Enrolment:
    mine = Enrolment.objects.on_roster().filter(run=session.run_id, person=person)
    enrolment = mine.select_related("person", "unit").first()
    if enrolment is None:
        raise NotInClass(_("You are not on the list of this class."))
    return enrolment


def _kind(kind: str) -> str:
    if kind not in LeaveKind.values:
        raise LeaveRefused(_("Choose what kind of leave it is."))
    return kind


def _words(text: str, *, required: bool = False) -> str:
    words = text.strip()
    if required and not words:
        raise LeaveRefused(_("Please give a reason."))
    if len(words) > 200:
        raise LeaveRefused(_("A reason has 200 characters at most."))
    return words


def _evidence(upload: Any, person: User) -> Any:
    try:
        return keep_evidence(upload=upload, by=person) if upload else None
    except ValidationError as error:
        raise LeaveRefused(" ".join(error.messages), code="evidence_refused") from error


def _mark_id(request: LeaveRequest) -> str:
    return f"leave-{request.pk}"


def _mark(
    request: LeaveRequest, status: AttendanceStatus, by: User, at: datetime.datetime, name: str, *, basis: list[str]
) -> None:
    """Append the mark. It names no mark of a trainer: if one stands already, the register shows that they differ."""
    session, enrolment = request.session, request.enrolment
    others = list(AttendanceEvent.objects.filter(session=session, enrolment=enrolment))
    event = AttendanceEvent(
        session=session, enrolment=enrolment, status=status, happened_at=at, recorded_at=at, received_at=at, by=by,
        source=AttendanceSource.LEAVE, client_id=name, basis=basis,
    )  # fmt: skip
    append(session, event, others)


def _decided(request: LeaveRequest, status: LeaveStatus, by: User, answer: str, at: datetime.datetime) -> LeaveRequest:
    request.status, request.decided_by, request.decided_at = status, by, at
    request.answer = _words(answer)
    request.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    _record(f"courses.leave_{status}", request, by)
    telling.leave_decided(request, by=by)
    return request


def _record(action: str, request: LeaveRequest, by: User) -> None:
    data = {"leave": request.pk, "session": request.session_id, "kind": str(request.kind)}
    audit.record(action, request.enrolment, by=by, data=data)
