"""What stands around a register: refused marks, seals, corrections, the marks of one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from courses.enums import CorrectionStatus, SealKind
from courses.models import AttendanceEvent, ClassSession, Correction, Enrolment, EvidenceFile, RefusedMark, RegisterSeal
from courses.permissions import MANAGE, markable_sessions

LAST = 200


def open_refusals(session: ClassSession) -> QuerySet[RefusedMark]:
    """Marks from devices that could not be kept and that nobody has seen to yet."""
    rows = RefusedMark.objects.filter(session=session, settled_at__isnull=True)
    return rows.select_related("enrolment__person", "by")


def scans_of(session: ClassSession) -> QuerySet[EvidenceFile]:
    """Scanned pages of the signed sheet, in the order in which they were kept."""
    return session.scans.select_related("by").order_by("at", "pk")


def last_mark(session: ClassSession) -> int:
    """The key of the newest mark, 0 if there is none. Marks of one session are stored one after another."""
    return AttendanceEvent.objects.filter(session=session).aggregate(last=Max("pk"))["last"] or 0


def marked_since(session: ClassSession, last: int, person: Any) -> set[int]:
    """Enrolments that others have marked since that mark."""
    rows = AttendanceEvent.objects.filter(session=session, pk__gt=last).exclude(by=person.pk)
    return set(rows.values_list("enrolment", flat=True))


def closing_seal(session: ClassSession) -> RegisterSeal | None:
    return RegisterSeal.objects.filter(session=session, kind=SealKind.CLOSING).first()


def newest_seal(session: ClassSession) -> RegisterSeal | None:
    """The last link of the session: its closing, or the last correction after that."""
    return RegisterSeal.objects.filter(session=session).order_by("-number").first()


def seal_by_public_id(public_id: UUID) -> RegisterSeal | None:
    rows = RegisterSeal.objects.select_related("session", "run__course")
    return rows.filter(public_id=public_id).first()


def seals_after_closing(session: ClassSession) -> QuerySet[RegisterSeal]:
    return RegisterSeal.objects.filter(session=session, kind=SealKind.CORRECTION).order_by("number")


def marks_of(session: ClassSession, enrolment: Enrolment) -> QuerySet[AttendanceEvent]:
    """Everything that was marked of one person, with who did it, as it was recorded."""
    rows = AttendanceEvent.objects.filter(session=session, enrolment=enrolment)
    return rows.select_related("by", "countersigned_by").order_by("recorded_at", "pk")


def corrections_of(session: ClassSession, enrolment: Enrolment) -> QuerySet[Correction]:
    rows = Correction.objects.filter(session=session, enrolment=enrolment)
    return rows.select_related("asked_by", "decided_by")


def corrections_open_to(person: Any) -> QuerySet[Correction]:
    """Corrections that concern the person: of registers in the person's care, for the office all."""
    rows = Correction.objects.select_related(
        "session__run__course", "enrolment__person", "enrolment__unit", "asked_by", "decided_by"
    )
    if person.has_perm(MANAGE):
        return rows
    return rows.filter(Q(asked_by=person.pk) | Q(session__in=markable_sessions(person).values("pk")))


def waiting(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.filter(state=CorrectionStatus.ASKED).order_by("asked_at")


def decided(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.exclude(state=CorrectionStatus.ASKED).order_by("-decided_at")[:LAST]
