"""The second roll-call: three names drawn at random, asked to raise a hand. It only says; it marks nobody."""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import ATTENDED
from courses.errors import MarkRefused, RegisterClosed, SessionCancelled
from courses.models import AttendanceRecord, ClassSession, RollCall
from people.models import User

NAMES = 3


@transaction.atomic
def draw(*, session: ClassSession, by: User, at: datetime.datetime | None = None) -> list[RollCall]:
    """Draw `NAMES` of those who are here, first those who were not drawn yet.

    Raises MarkRefused if nobody is here, SessionCancelled, RegisterClosed.
    """
    session = _locked(session)
    _check(session)
    chosen = _chosen(session)
    if not chosen:
        raise MarkRefused(_("Nobody is marked as here yet."))
    at = at or timezone.now()
    rows = [RollCall(session=session, enrolment_id=pk, drawn_at=at, drawn_by=by) for pk in chosen]
    drawn = RollCall.objects.bulk_create(rows)
    audit.record("courses.roll_call", session.run, by=by, data={"session": session.pk, "enrolments": chosen})
    return drawn


@transaction.atomic
def answer(*, call: RollCall, here: bool, by: User) -> RollCall:
    """Note whether the person raised a hand; it can be corrected until the register is closed. Raises as `draw`."""
    session = _locked(call.session)
    _check(session)
    call.here = here
    call.save(update_fields=["here"])
    data = {"session": session.pk, "enrolment": call.enrolment_id, "here": here}
    audit.record("courses.roll_call_answered", session.run, by=by, data=data)
    return call


def _locked(session: ClassSession) -> ClassSession:
    rows = ClassSession.objects.select_for_update(no_key=True, of=("self",)).select_related("run")
    return rows.get(pk=session.pk)


def _check(session: ClassSession) -> None:
    if session.is_cancelled:
        raise SessionCancelled
    if session.closed_at is not None:
        raise RegisterClosed


def _chosen(session: ClassSession) -> list[int]:
    here = AttendanceRecord.objects.filter(session=session, status__in=ATTENDED).order_by("enrolment")
    present = list(here.values_list("enrolment", flat=True))
    drawn = set(RollCall.objects.filter(session=session).values_list("enrolment", flat=True))
    chance = secrets.SystemRandom()
    fresh = [pk for pk in present if pk not in drawn]
    others = [pk for pk in present if pk in drawn]
    first = chance.sample(fresh, min(NAMES, len(fresh)))
    return first + chance.sample(others, min(NAMES - len(first), len(others)))
