"""The register on the screen: the counters above it, the answers below a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.enums import ATTENDED, ON_ROSTER, AttendanceStatus
from courses.forms import MARKS, MarkForm
from courses.presenters.runs import new_key
from courses.selectors.teaching import Register, RosterRow

_A = AttendanceStatus
TONES = {
    _A.PRESENT: "open",
    _A.LATE: "full",
    _A.LEFT_EARLY: "full",
    _A.ON_LEAVE: "coming",
    _A.OFFICIAL_DUTY: "coming",
    _A.ABSENT: "warn",
    _A.MADE_UP: "open",
    _A.CLEARED: "closed",
}


@dataclass(frozen=True)
class Counter:
    label: str | Promise
    count: int
    code: str


@dataclass(frozen=True)
class MarkRow:
    """One person with the form that marks them; after a mistake `form` carries what was typed."""

    row: RosterRow
    form: MarkForm | None = None
    message: str = ""
    saved: bool = False
    key: str = field(default_factory=new_key)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(mark.value, mark.label) for mark in MARKS if mark != _A.CLEARED or self.row.status != _A.CLEARED]

    @property
    def tone(self) -> str:
        return TONES[_A(self.row.status)]

    @property
    def label(self) -> Any:
        return _A(self.row.status).label

    @property
    def minutes(self) -> int:
        record = self.row.record
        return record.minutes_late + record.minutes_early if record else 0

    @property
    def can_be_marked(self) -> bool:
        """Somebody who left the class after a session stays on its register, as marked then."""
        return self.row.enrolment.status in ON_ROSTER


def counters(register: Register) -> list[Counter]:
    """Expected = here + excused + absent + not marked; those late are among those here."""
    count = register.counts
    return [
        Counter(_("Expected"), len(register.rows), "expected"),
        Counter(_("Here"), sum(count[status] for status in (*ATTENDED, _A.MADE_UP)), "here"),
        Counter(_A.LATE.label, count[_A.LATE], "late"),
        Counter(_("Away with leave"), count[_A.ON_LEAVE] + count[_A.OFFICIAL_DUTY], "excused"),
        Counter(_A.ABSENT.label, count[_A.ABSENT], "absent"),
        Counter(_A.CLEARED.label, count[_A.CLEARED], "unmarked"),
    ]


def rows_of(register: Register, *, saved: int | None = None) -> list[MarkRow]:
    return [MarkRow(row, saved=row.enrolment.pk == saved) for row in register.rows]
