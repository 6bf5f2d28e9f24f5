"""What the public page says about a closed register: ids, numbers and moments, never a name."""

from __future__ import annotations

from dataclasses import dataclass

from courses.enums import AttendanceStatus
from courses.models import ClassSession, RegisterSeal
from courses.presenters import dates
from courses.selectors.registers import closing_seal, seals_after_closing
from courses.services.verifying import faults


@dataclass(frozen=True)
class Change:
    """One countersigned correction."""

    moment: str
    was: str
    status: str
    digest: str


@dataclass(frozen=True)
class Verdict:
    """`sound` is whether everything still agrees with the seals; `changes` came after the closing, in order."""

    session: ClassSession
    closed: RegisterSeal
    last: RegisterSeal
    sound: bool
    changes: list[Change]
    counted: int


def verdict(seal: RegisterSeal) -> Verdict:
    """Judge the whole chain of the class: a false link anywhere before says nothing good about this one."""
    session = seal.session
    later = list(seals_after_closing(session).prefetch_related("marks__event"))
    closed = closing_seal(session) or seal
    sound = closed.kind != "correction" and not any(faults(run=session.run_id))
    here = [row for row in (later[-1] if later else closed).outcome if row[1] in HERE]
    return Verdict(session, closed, later[-1] if later else closed, sound, _changes(later), len(here))


HERE = ("present", "late", "left_early", "made_up")


def _changes(seals: list[RegisterSeal]) -> list[Change]:
    return [
        Change(dates.moment(seal.at), _label(mark.event.was), _label(mark.event.status), seal.digest[:16])
        for seal in seals
        for mark in seal.marks.all()
    ]


def _label(status: str) -> str:
    return str(AttendanceStatus(status).label) if status in AttendanceStatus.values else status
