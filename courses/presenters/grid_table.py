"""An edited table of one session (see `attendance_tables`), read into the lines of the grid: a preview to confirm."""

from __future__ import annotations

import datetime
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.names import clean_name
from core.tables.formulas import as_typed
from core.tables.layout import Column, Record, read_table
from core.tables.reading import Cell, read_sheet
from courses.enums import AttendanceStatus
from courses.forms.register import TIMED
from courses.presenters.attendance_tables import WRITTEN
from courses.presenters.grid import STATES, Entry, Grid, Line, Said
from courses.selectors.teaching import Register
from courses.services.fold import Outcome
from courses.services.marking import Pair

_A = AttendanceStatus
BLANK = Cell("")
COLUMNS = (
    Column("name", ("姓名", "学员姓名"), is_required=True, is_key=True),
    Column("unit", ("单位", "所在单位", "工作单位")),
    Column("work_number", ("工号",)),
    Column("status", ("考勤", "考勤情况", "出勤情况", "出勤", "状态"), is_required=True),
    Column("late", ("迟到分钟", "迟到（分钟）")),
    Column("early", ("早退分钟", "早退（分钟）")),
    Column("note", ("备注",)),
)
MINUTES = {_A.LATE: "late", _A.LEFT_EARLY: "early"}


@dataclass(frozen=True)
class Fault:
    """Why one row is refused, and the cell."""

    cell: str
    name: str
    sentence: str


class _Refused(Exception):
    """A row that is left out; the cell and the sentence."""

    def __init__(self, cell: Cell, sentence: str) -> None:
        super().__init__(sentence)
        self.cell, self.sentence = cell, sentence


@dataclass
class Preview:
    """What an uploaded table would change: `grid` has the changed lines, `faults` the refused rows."""

    grid: Grid
    faults: list[Fault] = field(default_factory=list)
    same: int = 0
    unread: int = 0


def preview(upload: Any, register: Register, outcomes: Mapping[Pair, Outcome], at: datetime.datetime) -> Preview:
    """Read the table and look at each row. Raises ValidationError for a file that is no such table."""
    table = read_table(read_sheet(upload), COLUMNS)
    rows = _Rows(Grid(register, outcomes).lines)
    records = {}
    for record in table.records:
        key = rows.take(record)
        if key:
            records[key] = record
    entries = {key: entry for key, entry in rows.entries.items() if entry.is_changed}
    grid = Grid(register, outcomes, entries, from_table=True)
    grid.marks(at)
    faults = [*rows.faults, *(_fault(line, records[line.key]) for line in grid.wrong)]
    good = {line.key: entries[line.key] for line in grid.changed if not line.error}
    sound = Grid(register, outcomes, good, from_table=True)
    return Preview(sound, sorted(faults, key=_place), len(rows.entries) - len(entries), table.unread)


def _place(fault: Fault) -> tuple[int, str]:
    return int("".join(filter(str.isdigit, fault.cell)) or 0), fault.cell


def _fault(line: Line, record: Record) -> Fault:
    """Name the cell of the field that the form objects to."""
    wrong = next(iter(line.form.errors), "status") if line.form else "status"
    name = MINUTES.get(_A(line.said.status), "status") if wrong == "minutes" else wrong
    cell = record.cells.get(name) or record.cells["status"]
    return Fault(cell.address, line.row.enrolment.person.name, line.error)


class _Rows:
    """Records of the table matched with the lines of the register."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.entries: dict[int, Entry] = {}
        self.faults: list[Fault] = []
        self.rows: dict[int, int] = {}

    def take(self, record: Record) -> int | None:
        """Note what the row says; return whom it names, None if it is refused or says nothing."""
        try:
            line = self._line(record)
            said = _said(record, line)
        except _Refused as refused:
            name = record.cells["name"].text.strip()[:60]
            self.faults.append(Fault(refused.cell.address, name, refused.sentence))
            return None
        self.entries[line.key] = Entry(said, line.seen)
        return line.key

    def _line(self, record: Record) -> Line:
        found = list(self._found(record))
        cell = record.cells["name"]
        if not found:
            raise _Refused(cell, _("Nobody on this register has this name and number."))
        if len(found) > 1:
            raise _Refused(cell, _("Several people on this register have this name: add the work number or the unit."))
        (line,) = found
        if (first := self.rows.setdefault(line.key, record.number)) != record.number:
            raise _Refused(cell, _("The same person as in row %(row)d.") % {"row": first})
        return line

    def _found(self, record: Record) -> Iterator[Line]:
        """By work number and name if there is a number, otherwise by name and, if given, unit."""
        name = clean_name(as_typed(record.cells["name"].text))
        number, unit = (_text(record.cells.get(key, BLANK)) for key in ("work_number", "unit"))
        for line in self._named.get(name, ()):
            person, own = line.row.enrolment.person, line.row.enrolment.unit
            if number:
                fits = number.upper() == (person.work_number or "").upper()
            else:
                fits = not unit or (own is not None and unit in (own.name, own.short_name))
            if fits:
                yield line

    @cached_property
    def _named(self) -> Mapping[str, list[Line]]:
        named: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            named[line.row.enrolment.person.name].append(line)
        return named


def _said(record: Record, line: Line) -> Said:
    """What the row says of the person; a row without a state leaves everything as it is. Raises _Refused."""
    cell = record.cells["status"]
    if cell.is_blank:
        return line.said
    status = _status(cell)
    if status == line.row.status == _A.MADE_UP:
        return line.said
    for other, name in MINUTES.items():
        if other != status:
            _check_other(record.cells.get(name, BLANK), line, other)
    minutes = _minutes(record.cells.get(MINUTES[status], BLANK)) if status in TIMED else ""
    note = record.cells.get("note")
    return Said.typed(status, minutes, as_typed(note.text) if note else line.said.note)


def _status(cell: Cell) -> AttendanceStatus:
    """As the table writes it, as the page says it, as one signs it on paper, or by its key."""
    typed = _text(cell)
    for status, written in WRITTEN.items():
        if typed and typed in (written, str(status.label), status.value):
            return status
    for state in STATES:
        if typed.upper() in (state.digit, state.letter, str(state.sign)):
            return state.status
    raise _Refused(cell, _("“%(text)s” is none of the states of attendance.") % {"text": typed[:20]})


def _check_other(cell: Cell, line: Line, other: AttendanceStatus) -> None:
    """Coming late and leaving early are two marks: the one that the row does not name must be as it was."""
    record = line.row.record
    known = {_A.LATE: record.minutes_late, _A.LEFT_EARLY: record.minutes_early}[other] if record else 0
    if _minutes(cell) not in ("", "0", str(known)):
        raise _Refused(cell, _("These minutes do not belong to the state of the row; enter them on the register."))


def _minutes(cell: Cell) -> str:
    """Digits as text: 5, "5", "５" and 5.0 are all “5”; anything else stays as typed for the form to refuse."""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return _text(cell).removesuffix("分钟").removesuffix("分")


def _text(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", as_typed(cell.text)).strip()
