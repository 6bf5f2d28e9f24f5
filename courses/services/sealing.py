"""Closing a register: the outcome is written down and chained, after that only corrections by two people follow."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.db.turns import in_turn
from courses.enums import ATTENDED, AttendanceStatus, SealKind
from courses.errors import ClosingRefused, SessionCancelled
from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceRules,
    ClassSession,
    Enrolment,
    RegisterSeal,
    SealedEvent,
)
from courses.services import canonical, seats
from courses.services.marking import locked, make_event, store, without_mark
from courses.services.rules import day_and_time
from courses.services.runs import refuse_frozen
from people.models import User

BEFORE_THE_END = datetime.timedelta(minutes=10)
REST_ABSENT = "absent"
HERE = (*ATTENDED, AttendanceStatus.MADE_UP)


@in_turn
@transaction.atomic
def close_register(
    *,
    session: ClassSession,
    by: User,
    at: datetime.datetime | None = None,
    head_count: int | None = None,
    rest: str = "",
    note: str = "",
) -> RegisterSeal:
    """Close the register of a session and seal it; closed already, return the seal it was closed with.

    `rest="absent"` marks those absent who are not marked. A head count that is not the number of people marked as here
    needs a `note`. Raises ClosingRefused, SessionCancelled, RunNotEditable.
    """
    at = at or timezone.now()
    run = seats.lock(session.run)
    session = locked([session.pk], AttendanceRules.load())[session.pk]
    if session.closed_at is not None:
        return RegisterSeal.objects.get(session=session, kind=SealKind.CLOSING)
    refuse_frozen(run)
    _check_moment(session, at)
    _check_people(session, by, at, rest)
    _check_heads(session, head_count, note)
    made = add_seal(session=session, kind=SealKind.CLOSING, by=by, at=at, head_count=head_count)
    ClassSession.objects.filter(pk=session.pk).update(closed_at=at, closed_by=by, head_count=head_count)
    data = {"session": session.pk, "seal": made.number, "digest": made.digest, "head_count": head_count, "note": note}
    audit.record("courses.register_closed", run, by=by, data=data)
    return made


def _check_moment(session: ClassSession, at: datetime.datetime) -> None:
    if session.is_cancelled:
        raise SessionCancelled
    first = session.ends_at - BEFORE_THE_END
    if at < first:
        raise ClosingRefused(_("The register can be closed from %(moment)s on.") % {"moment": day_and_time(first)})


def _check_people(session: ClassSession, by: User, at: datetime.datetime, rest: str) -> None:
    """Nobody is disputed, everybody has a mark."""
    if AttendanceRecord.objects.filter(session=session, disputed=True).exists():
        raise ClosingRefused(_("Two people disagree about somebody. Decide first, then close."))
    missing = without_mark(session)
    if missing and rest != REST_ABSENT:
        raise ClosingRefused(
            ngettext(
                "%(count)d person is not marked yet. Mark this person, or choose “absent” for whoever is left.",
                "%(count)d people are not marked yet. Mark them, or choose “absent” for whoever is left.",
                len(missing),
            )
            % {"count": len(missing)}
        )
    marks = [{"enrolment": pk, "status": AttendanceStatus.ABSENT} for pk in missing]
    store({session.pk: session}, [make_event(session, item, by, at) for item in marks])


def _check_heads(session: ClassSession, head_count: int | None, note: str) -> None:
    here = AttendanceRecord.objects.filter(session=session, status__in=HERE).count()
    if head_count is not None and head_count != here and not note.strip():
        raise ClosingRefused(
            _("You counted %(counted)d, the register says %(here)d. Say why in the note, or correct the marks.")
            % {"counted": head_count, "here": here}
        )


def add_seal(
    *, session: ClassSession, kind: SealKind, by: User, at: datetime.datetime, head_count: int | None = None
) -> RegisterSeal:
    """Seal what is not sealed yet of a session as the next link of its class. The caller holds the run's lock."""
    events = list(AttendanceEvent.objects.filter(session=session, sealed__isnull=True).order_by("pk"))
    before = RegisterSeal.objects.filter(run=session.run_id).order_by("-number").first()
    seal = RegisterSeal(
        run_id=session.run_id, session=session, number=before.number + 1 if before else 1, kind=kind,
        previous=before.digest if before else "", events_count=len(events), outcome=outcome_of(session),
        head_count=head_count, by=by, at=at,
    )  # fmt: skip
    digests = _chain(seal.previous, events)
    seal.digest = canonical.digest(seal.previous, canonical.of_seal(seal, digests[-1] if digests else ""))
    seal.save()
    SealedEvent.objects.bulk_create(
        SealedEvent(seal=seal, event=event, position=position, digest=name)
        for position, (event, name) in enumerate(zip(events, digests, strict=True), start=1)
    )
    return seal


def _chain(before: str, events: Sequence[AttendanceEvent]) -> list[str]:
    digests = []
    for event in events:
        before = canonical.digest(before, canonical.of_mark(event))
        digests.append(before)
    return digests


def outcome_of(session: ClassSession) -> list[list[object]]:
    """Everybody's state: [enrolment, status, minutes late, minutes early, minutes earned], by enrolment.

    That is who is on the roster, and who was marked and has left the class since.
    """
    fields = ("enrolment", "status", "minutes_late", "minutes_early", "minutes_earned")
    rows = AttendanceRecord.objects.filter(session=session).exclude(status=AttendanceStatus.CLEARED)
    marked = [list(row) for row in rows.order_by("enrolment").values_list(*fields)]
    known = {row[0] for row in marked}
    roster = Enrolment.objects.on_roster().filter(run=session.run_id).values_list("pk", flat=True)
    waiting = [[pk, AttendanceStatus.CLEARED.value, 0, 0, 0] for pk in roster if pk not in known]
    return sorted([*marked, *waiting], key=lambda row: row[0])
