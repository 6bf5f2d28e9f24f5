"""Marks from the signed sheet (键盘录入): one line for a person of the sheet, one key for a state.

Each line says what it had shown; only lines that say something else now become marks.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from courses.enums import ON_ROSTER, AttendanceStatus
from courses.forms.register import TIMED, PaperMarkForm
from courses.presenters.runs import new_key
from courses.selectors.teaching import Register, RosterRow
from courses.services.fold import Outcome, token
from courses.services.marking import Pair

_A = AttendanceStatus
LONGEST_KEY = 19  # digits


@dataclass(frozen=True)
class State:
    """One state with the keys that choose it and the sign that people write on paper for it."""

    status: AttendanceStatus
    digit: str
    letter: str
    sign: str | Promise

    @property
    def value(self) -> str:
        return self.status.value

    @property
    def label(self) -> Any:
        return self.status.label


STATES = (
    State(_A.PRESENT, "1", "V", "√"),
    State(_A.LATE, "2", "C", pgettext_lazy("late, on a sheet", "C")),
    State(_A.LEFT_EARLY, "3", "Z", pgettext_lazy("left early, on a sheet", "Z")),
    State(_A.ABSENT, "4", "Q", pgettext_lazy("absent, on a sheet", "Q")),
    State(_A.ON_LEAVE, "5", "J", pgettext_lazy("on leave, on a sheet", "J")),
    State(_A.OFFICIAL_DUTY, "6", "G", pgettext_lazy("on official duty, on a sheet", "G")),
    State(_A.CLEARED, "0", "", "—"),
)


@dataclass(frozen=True)
class Said:
    """What one line says. Minutes are text as typed, and only those of the state."""

    status: str = _A.CLEARED.value
    minutes: str = ""
    note: str = ""

    @classmethod
    def typed(cls, status: str, minutes: str, note: str) -> Said:
        """Minutes beside a state that needs none were typed for another one."""
        return cls(status or _A.CLEARED.value, minutes.strip() if status in TIMED else "", note.strip())

    @classmethod
    def shown(cls, row: RosterRow) -> Said:
        if row.record is None:
            return cls()
        minutes = {_A.LATE: row.record.minutes_late, _A.LEFT_EARLY: row.record.minutes_early}
        return cls.typed(str(row.status), str(minutes.get(_A(row.status), "")), row.record.note)

    @property
    def digest(self) -> str:
        """Short, to go along in a form: whether somebody changed the line."""
        return hashlib.sha256("\n".join((self.status, self.minutes, self.note)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Entry:
    """What came in for one line, and what it had shown: a digest, then the names of the marks behind it."""

    said: Said
    seen: str

    @property
    def is_changed(self) -> bool:
        return self.seen.partition(" ")[0] != self.said.digest

    @property
    def basis(self) -> str:
        return self.seen.partition(" ")[2]


@dataclass
class Line:
    """One person; `entry` is what was typed and not saved, `form` checks it, `error` says what stands against it."""

    row: RosterRow
    outcome: Outcome
    entry: Entry | None = None
    form: PaperMarkForm | None = None
    error: str = ""

    @property
    def key(self) -> int:
        return self.row.enrolment.pk

    @property
    def said(self) -> Said:
        return self.entry.said if self.entry else Said.shown(self.row)

    @property
    def seen(self) -> str:
        if self.entry:
            return self.entry.seen
        return " ".join([Said.shown(self.row).digest, *(token(head) for head in self.outcome.heads)])

    @property
    def can_be_marked(self) -> bool:
        """Those who left the class stay as they were marked; so does what was made up in another class."""
        return self.row.enrolment.status in ON_ROSTER and self.row.status != _A.MADE_UP

    @property
    def label(self) -> Any:
        return _A(self.row.status).label

    @property
    def was(self) -> str:
        """What the register says now: 迟到 5 分钟"""
        shown = Said.shown(self.row)
        if not shown.minutes:
            return str(self.label)
        return _("%(status)s, %(minutes)d min") % {"status": self.label, "minutes": int(shown.minutes)}

    @property
    def also(self) -> int:
        """Minutes of coming late beside those of leaving early, or the other way round."""
        record = self.row.record
        if record is None or self.row.status not in TIMED:
            return 0
        return record.minutes_early if self.row.status == _A.LATE else record.minutes_late

    def ask(self, wanted: Said, session: Any, at: datetime.datetime) -> None:
        """Make the mark that says what is `wanted`, or note what stands against it."""
        assert self.entry is not None  # noqa: S101 - only lines that were typed are asked
        if self.row.status == _A.MADE_UP:
            self.error = _("Made up in another class; the mark stays as it was made.")
        elif not self.can_be_marked:
            self.error = _("No longer in this class; the mark stays as it was made.")
        elif wanted.status == self.row.status == _A.CLEARED:
            self.error = _("Choose a state for this person: the note alone marks nobody.")
        data = {"enrolment": self.key, "client_id": new_key(), "basis": self.entry.basis, **vars(wanted)}
        self.form = PaperMarkForm(data, session=session, at=at)
        if not self.error and not self.form.is_valid():
            self.error = str(next(iter(self.form.errors.values()))[0])


@dataclass
class Grid:
    """All lines of one register; `rest` makes those present whom nobody marked."""

    register: Register
    outcomes: Mapping[Pair, Outcome]
    entries: Mapping[int, Entry] = field(default_factory=dict)
    rest: bool = False
    from_table: bool = False

    states = STATES

    @cached_property
    def lines(self) -> list[Line]:
        session = self.register.session
        found = [
            Line(row, self.outcomes.get((session.pk, row.enrolment.pk)) or Outcome()) for row in self.register.rows
        ]
        for line in found:
            entry = self.entries.get(line.key)
            line.entry = entry if entry and entry.is_changed else None
        return found

    @property
    def shown(self) -> list[Line]:
        """What the page lists: everybody, or those for whom a table says something else than the register."""
        return [line for line in self.lines if line.key in self.entries] if self.from_table else self.lines

    @property
    def counts(self) -> list[tuple[State, int]]:
        """How many stand in each state as the page shows it, those made up left out."""
        count = Counter(self._wanted(line).status for line in self.lines)
        return [(state, count[state.value]) for state in STATES]

    @property
    def gone(self) -> int:
        """How many changed lines are of people who are not on the register any more."""
        here = {line.key for line in self.lines}
        return sum(entry.is_changed for key, entry in self.entries.items() if key not in here)

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.entry]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.error]

    def marks(self, at: datetime.datetime) -> list[dict[str, Any]]:
        """The marks as `services.attendance.mark` takes them; look at `wrong` before: it says what may not be saved."""
        asked = list(self._asked())
        for line, wanted in asked:
            line.ask(wanted, self.register.session, at)
        return [] if self.wrong else [line.form.mark() for line, _wanted in asked if line.form]

    def _asked(self) -> Iterable[tuple[Line, Said]]:
        for line in self.lines:
            wanted = self._wanted(line)
            if line.entry is None and wanted != line.said:
                line.entry = self.entries[line.key]
            if line.entry is not None:
                yield line, wanted

    def _wanted(self, line: Line) -> Said:
        """Whoever is on the page without a mark is present, if the box says so; not who was marked meanwhile."""
        said = line.said
        is_rest = (
            self.rest
            and not self.from_table
            and line.can_be_marked
            and line.key in self.entries
            and said.status == _A.CLEARED
        )
        return Said(_A.PRESENT.value, "", said.note) if is_rest else said


def typed(data: Mapping[str, str]) -> dict[int, Entry]:
    """What the lines of a form say that was sent, by the key of the enrolment."""
    keys = [name.removeprefix("seen-") for name in data if name.startswith("seen-")]
    return {
        int(pk): Entry(
            Said.typed(*(data.get(f"{name}-{pk}", "") for name in ("status", "minutes", "note"))), data[f"seen-{pk}"]
        )
        for pk in keys
        if pk.isdecimal() and len(pk) < LONGEST_KEY
    }
