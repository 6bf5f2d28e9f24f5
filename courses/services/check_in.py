"""People check in, and out, by themselves: with the code on the screen of the room, one mark for each pass.

The moment of the scan counts, not the one at which a slow sign-in was done. A second check-in by the same person
changes nothing, or is kept as one more mark if it came another way; the earliest time stands. A mark of the trainer is
never replaced.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db.turns import in_turn
from courses.enums import ATTENDED, AttendanceSource, AttendanceStatus, CheckInPhase
from courses.errors import (
    CheckInClosed,
    CodeUnknown,
    CodeUsed,
    CodeWrong,
    NotInClass,
    RegisterClosed,
    SessionCancelled,
)
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, ClassSession, Enrolment
from courses.services import codes
from courses.services.fold import fold, token
from courses.services.marking import append, locked
from courses.services.rules import day_and_time
from courses.services.runs import refuse_frozen
from people.models import User

_A = AttendanceStatus


@in_turn
@transaction.atomic
def check_in(
    *,
    session: ClassSession,
    person: User,
    code: str,
    at: datetime.datetime | None = None,
    device: str = "",
    tries: int = 0,
) -> AttendanceRecord:
    """Record the person's own arrival (or leaving: the code says which) and return the record. Six or seven queries.

    `code` is what the picture said, the six digits, or the pass that a scan became; `tries` counts the wrong digits
    before. Raises CodeUnknown, CodeTooOld, CodeWrong, CodeUsed, NotInClass, CheckInClosed, RegisterClosed,
    SessionCancelled, RunNotEditable.
    """
    at = at or timezone.now()
    given = _given(session, code, at, device, tries)
    rules = AttendanceRules.load()
    session = _locked(session, rules)
    enrolment = _enrolment(session, person)
    events = _events(session, enrolment, given)
    if _is_known(events, given):
        return AttendanceRecord.objects.get(session=session, enrolment=enrolment)
    _check(session, given, rules)
    return append(session, _event(session, enrolment, events, given, rules, at=at, device=device), events)


def _locked(session: ClassSession, rules: AttendanceRules) -> ClassSession:
    found = locked([session.pk], rules)
    if session.pk not in found:
        raise CodeUnknown
    return found[session.pk]


def _given(session: ClassSession, code: str, at: datetime.datetime, device: str, tries: int) -> codes.Pass:
    if code.isdecimal():
        return _typed(session, code, at, tries)
    text = code if ":" in code else codes.make_pass(codes.read_token(code, at), device)
    given = codes.read_pass(text, at)
    if given.session != session.pk:
        raise CodeUnknown
    return given


def _typed(session: ClassSession, code: str, at: datetime.datetime, tries: int) -> codes.Pass:
    phase = codes.phase_of_digits(session.pk, code, at)
    if phase is None:
        raise CodeWrong
    return codes.Pass(session.pk, phase, at, codes.digits_key(phase, tries), AttendanceSource.CODE)


def _enrolment(session: ClassSession, person: User) -> Enrolment:
    found = Enrolment.objects.on_roster().filter(run=session.run_id, person=person).first()
    if found is None:
        raise NotInClass(
            _("%(name)s is not on the list of this class, so nothing was recorded. Please speak to the trainer.")
            % {"name": person}
        )
    return found


def _events(session: ClassSession, enrolment: Enrolment, given: codes.Pass) -> list[AttendanceEvent]:
    """All marks of the person. Raises CodeUsed if the pass made a mark of somebody else."""
    wanted = Q(enrolment=enrolment) | Q(client_id=given.key)
    events = list(AttendanceEvent.objects.filter(wanted, session=session))
    if any(event.enrolment_id != enrolment.pk for event in events):
        raise CodeUsed
    return events


def _is_known(events: Sequence[AttendanceEvent], given: codes.Pass) -> bool:
    """True if there is nothing to add: the same pass, or a later scan where one by the same way stands."""
    same_way = [event for event in _own(events, given.phase) if event.source == given.source]
    if any(event.client_id == given.key for event in events):
        return True
    return bool(same_way) and (
        given.phase == CheckInPhase.LEAVE or min(event.happened_at for event in same_way) <= given.at
    )


def _own(events: Sequence[AttendanceEvent], phase: CheckInPhase) -> list[AttendanceEvent]:
    leaving = phase == CheckInPhase.LEAVE
    return [event for event in events if event.is_own and event.is_check_out == leaving]


def _check(session: ClassSession, given: codes.Pass, rules: AttendanceRules) -> None:
    refuse_frozen(session.run)
    if session.is_cancelled:
        raise SessionCancelled
    if session.closed_at is not None:
        raise RegisterClosed(_("The register of this session is closed. Please speak to the trainer."))
    leaving = given.phase == CheckInPhase.LEAVE
    if not session.run.self_check_in or (leaving and not session.run.check_out):
        raise CheckInClosed(_("In this class the trainer keeps the register. Please speak to the trainer."))
    opens, closes = session.check_in_window(given.phase, rules.opens_minutes_before)
    if given.at < opens:
        raise CheckInClosed(_too_early(leaving) % {"moment": day_and_time(opens)})
    if given.at >= closes:
        raise CheckInClosed(_("Checking in to this session is over. Please speak to the trainer."))


def _too_early(leaving: bool) -> str:
    if leaving:
        return _("It is too early. Checking out opens on %(moment)s; please scan the screen again then.")
    return _("It is too early. Checking in opens on %(moment)s; please scan the screen again then.")


def _event(
    session: ClassSession,
    enrolment: Enrolment,
    events: Sequence[AttendanceEvent],
    given: codes.Pass,
    rules: AttendanceRules,
    *,
    at: datetime.datetime,
    device: str,
) -> AttendanceEvent:
    """The mark. It replaces the person's own earlier ones, so it says all that they said."""
    if given.phase == CheckInPhase.LEAVE:
        status, happened_at = _A.PRESENT, _leaving(session, events, given.at)
    else:
        status, happened_at = _arrival(session, events, given, rules)
    return AttendanceEvent(
        session=session,
        enrolment=enrolment,
        status=status,
        happened_at=happened_at,
        recorded_at=at,
        received_at=at,
        by_id=enrolment.person_id,
        source=given.source,
        device=device[:64],
        client_id=given.key,
        basis=[token(event) for event in _own(events, given.phase)],
    )


def _arrival(
    session: ClassSession, events: Sequence[AttendanceEvent], given: codes.Pass, rules: AttendanceRules
) -> tuple[AttendanceStatus, datetime.datetime]:
    """The state and the moment of the earliest arrival; after the start by more than the rule allows it is late."""
    earlier = [event.happened_at for event in _own(events, CheckInPhase.ARRIVE)]
    first = min([*earlier, given.at])
    grace = datetime.timedelta(minutes=rules.late_after_minutes)
    return (_A.LATE if first > session.starts_at + grace else _A.PRESENT), first


def _leaving(session: ClassSession, events: Sequence[AttendanceEvent], at: datetime.datetime) -> datetime.datetime:
    """Checking out says when somebody went and is no mark (`fold.is_check_out`); nobody goes who has not come."""
    if fold(session, events).status not in ATTENDED:
        raise CheckInClosed(_("You have not checked in to this session. Please speak to the trainer."))
    return at
