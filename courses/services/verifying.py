"""Whether closed registers are still what they were: every digest is computed anew and compared with what stands there.

Marks are read by the thousand, as plain values; no objects are made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from courses.enums import AttendanceStatus, CorrectionStatus, SealKind
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, Correction, RegisterSeal
from courses.services import canonical

AT_ONCE = 200  # seals
OUTCOME = ("enrolment", "status", "minutes_late", "minutes_early", "minutes_earned")


@dataclass(frozen=True)
class Fault:
    """What is false: in which class and session, at which seal, and, if it is a mark, which one."""

    run: int
    session: int | None
    seal: int | None
    event: int | None
    what: str

    def __str__(self) -> str:
        names = {"session": self.session, "seal": self.seal, "mark": self.event}
        where = ", ".join(f"{name} {number}" for name, number in names.items() if number is not None)
        return f"class {self.run}, {where}: {self.what}"


def faults(*, run: int | None = None) -> Iterator[Fault]:
    """Yield everything that is false, of one class or of all; in each chain the first false row comes first."""
    seals = RegisterSeal.objects.filter(run=run) if run else RegisterSeal.objects.all()
    yield from _chains(seals)
    yield from _sessions(ClassSession.objects.filter(run=run) if run else ClassSession.objects.all())
    yield from _outcomes(seals)
    yield from _corrections(run)


# The chain: seals, and the marks under each


def _chains(seals: QuerySet[RegisterSeal]) -> Iterator[Fault]:
    ends: dict[int, tuple[int, str]] = {}
    for batch in _batches(seals):
        marks = dict(_marks(batch[0].pk, batch[-1].pk))
        for seal in batch:
            number, digest = ends.get(seal.run_id, (0, ""))
            rows = marks.get(seal.pk, [])
            yield from _link(seal, number, digest)
            yield from _under(seal, rows)
            ends[seal.run_id] = (seal.number, seal.digest)


def _batches(seals: QuerySet[RegisterSeal]) -> Iterator[list[RegisterSeal]]:
    """Seals in the order of their keys: in each class that is the order of the chain."""
    last = 0
    while batch := list(seals.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield batch
        last = batch[-1].pk


def _marks(first: int, last: int) -> Iterator[tuple[int, list[Sequence[Any]]]]:
    """By seal: rows of (seal, position, digest, key of the mark, then its values; None if the mark is gone)."""
    columns = ", ".join(canonical.mark_columns(connection.vendor, "mark"))
    query = (
        f"SELECT sealed.seal_id, sealed.position, sealed.digest, sealed.event_id, {columns} "  # noqa: S608 - our names
        f"FROM courses_sealedevent sealed LEFT JOIN courses_attendanceevent mark ON mark.id = sealed.event_id "
        "WHERE sealed.seal_id BETWEEN %s AND %s ORDER BY sealed.seal_id, sealed.position"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [first, last])
        for seal, rows in groupby(cursor, key=lambda row: row[0]):
            yield seal, list(rows)


def _link(seal: RegisterSeal, number: int, digest: str) -> Iterator[Fault]:
    if seal.number != number + 1:
        yield _of(seal, f"its number is {seal.number}, {number + 1} should follow")
    if seal.previous != digest:
        yield _of(seal, "it does not follow the seal before it")


def _under(seal: RegisterSeal, rows: Sequence[Sequence[Any]]) -> Iterator[Fault]:
    """The marks of one seal, then the seal itself."""
    before, compute = seal.previous, canonical.digest
    for position, row in enumerate(rows, start=1):
        values = row[4:]
        if values[0] is None:
            yield _of(seal, "this mark is gone", row[3])
        elif compute(before, values) != row[2]:
            yield _of(seal, "this mark is not what was sealed", row[3])
        elif values[1] != seal.session_id:
            yield _of(seal, "this mark belongs to another session", row[3])
        elif row[1] != position:
            yield _of(seal, f"this mark stands at place {row[1]}, {position} should follow", row[3])
        before = row[2]
    if len(rows) != seal.events_count:
        yield _of(seal, f"{len(rows)} marks are under it, {seal.events_count} were sealed")
    last = rows[-1][2] if rows else ""
    if compute(seal.previous, canonical.of_seal(seal, last)) != seal.digest:
        yield _of(seal, "it is not what was sealed")


def _of(seal: RegisterSeal, what: str, event: int | None = None) -> Fault:
    return Fault(seal.run_id, seal.session_id, seal.number, event, what)


# What stands beside the chain must agree with it


def _sessions(sessions: QuerySet[ClassSession]) -> Iterator[Fault]:
    """A session is closed exactly if it has a closing seal, by the same hand at the same moment."""
    closing = RegisterSeal.objects.filter(kind=SealKind.CLOSING, session=OuterRef("pk"))
    same = closing.filter(at=OuterRef("closed_at"), by=OuterRef("closed_by"))
    counted = same.filter(
        Q(head_count=OuterRef("head_count")) | Q(head_count__isnull=True, session__head_count__isnull=True)
    )
    closed = Q(closed_at__isnull=False)
    wrong = sessions.filter(closed & ~Exists(counted) | ~closed & Exists(closing))
    for pk, run in wrong.order_by("pk").values_list("pk", "run"):
        yield Fault(run, pk, None, None, "whether it is closed, and by whom, is not what was sealed")
    loose = AttendanceEvent.objects.filter(session__in=sessions.filter(closed), sealed__isnull=True).order_by("pk")
    for event, session, run in loose.values_list("pk", "session", "session__run"):
        yield Fault(run, session, None, event, "this mark of a closed register is under no seal")


def _outcomes(seals: QuerySet[RegisterSeal]) -> Iterator[Fault]:
    """The records of a closed register are those of its last seal."""
    later = RegisterSeal.objects.filter(session=OuterRef("session"), number__gt=OuterRef("number"))
    for batch in _batches(seals.filter(~Exists(later))):
        sessions = [seal.session_id for seal in batch]
        rows = AttendanceRecord.objects.filter(session__in=sessions).order_by("session", "enrolment")
        stand = rows.exclude(status=AttendanceStatus.CLEARED).values_list("session", *OUTCOME)
        found = {key: {row[1]: row[2:] for row in group} for key, group in groupby(stand, key=lambda row: row[0])}
        for seal in batch:
            sealed = {row[0]: tuple(row[1:]) for row in seal.outcome if row[1] != AttendanceStatus.CLEARED}
            if found.get(seal.session_id, {}) != sealed:
                yield _of(seal, "the records of the register are not its outcome")


def _corrections(run: int | None) -> Iterator[Fault]:
    """What a confirmed correction says is what its mark says."""
    rows = Correction.objects.filter(state=CorrectionStatus.CONFIRMED)
    rows = rows.filter(session__run=run) if run else rows
    same = Q(
        event__session=F("session"), event__enrolment=F("enrolment"), event__status=F("status"), event__was=F("was"),
        event__by=F("asked_by"), event__countersigned_by=F("decided_by"), event__note=F("reason"),
    )  # fmt: skip
    for row in rows.exclude(same).select_related("session"):
        yield Fault(row.session.run_id, row.session_id, None, row.event_id, "its correction says something else")
