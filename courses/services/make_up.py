"""Crediting a make-up: the office says that a session attended in another intake makes a missed one good. Once each."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.db.turns import in_turn
from courses.enums import AttendanceStatus
from courses.errors import ChangeRefused
from courses.models import AttendanceRecord, ClassSession, Correction, Enrolment
from courses.permissions import MANAGE
from courses.selectors.make_up import attended_elsewhere, is_missed, not_credited, reference
from courses.services.attendance import mark
from courses.services.corrections import ask_correction
from people.models import User


@in_turn
@transaction.atomic
def credit_make_up(
    *,
    session: ClassSession,
    enrolment: Enrolment,
    other: AttendanceRecord,
    by: User,
    at: datetime.datetime | None = None,
) -> AttendanceRecord | Correction:
    """Mark the missed session as made up, with a reference to the one attended; of a closed register, ask for it.

    A closed register changes only when a second person has confirmed, as with every correction. Raises ChangeRefused,
    CorrectionRefused and what `attendance.mark` raises.
    """
    at = at or timezone.now()
    if not by.has_perm(MANAGE):
        raise ChangeRefused(_("Only the training office credits a make-up."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=enrolment.person_id)
    session = ClassSession.objects.select_related("run").get(pk=session.pk)
    _check(session, enrolment, other)
    words = reference(other)
    if session.closed_at is not None:
        return ask_correction(
            session=session, enrolment=enrolment, status=AttendanceStatus.MADE_UP, reason=words, by=by, at=at
        )
    item = {"enrolment": enrolment, "status": AttendanceStatus.MADE_UP, "note": words}
    (record,) = mark(session=session, marks=[item], by=by, at=at)
    audit.record("courses.session_made_up", enrolment, by=by, data={"session": session.pk, "by": other.session_id})
    return record


def _check(session: ClassSession, enrolment: Enrolment, other: AttendanceRecord) -> None:
    if not is_missed(AttendanceRecord.objects.filter(session=session, enrolment=enrolment).first()):
        raise ChangeRefused(_("This session was not missed; there is nothing to make up."))
    found = attended_elsewhere(session, enrolment).filter(pk=other.pk).first()
    if found is None:
        raise ChangeRefused(_("That is no session of the same course that the person attended in another class."))
    if not not_credited([found], enrolment):
        raise ChangeRefused(_("That session has made another one good already."))
