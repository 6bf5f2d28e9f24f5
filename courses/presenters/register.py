"""The register on the screen: the counters above it, the answers below a name, what two people disagree about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.enums import ATTENDED, ON_ROSTER, AttendanceSource, AttendanceStatus
from courses.forms.register import MARKS, MarkForm
from courses.models import AttendanceEvent, Correction, RefusedMark
from courses.presenters import dates
from courses.presenters.runs import new_key
from courses.selectors.teaching import Register, RosterRow
from courses.services.fold import Outcome, is_check_out, token
from courses.services.marking import Pair
from courses.services.sync import reason

_A = AttendanceStatus
NOTABLE_SKEW = 120  # seconds
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
class Claim:
    """What one of the people who disagree says; `name` goes back with the button that decides for it."""

    name: str
    status: str
    sentence: str


@dataclass(frozen=True)
class MarkRow:
    """One person with the form that marks them; after a mistake `form` carries what was typed."""

    row: RosterRow
    outcome: Outcome = field(default_factory=Outcome)
    form: MarkForm | None = None
    message: str = ""
    saved: bool = False
    closed: bool = False
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
        return self.row.enrolment.status in ON_ROSTER and not self.closed

    @property
    def basis(self) -> str:
        """What whoever presses a button here has before the eyes: it goes along with the mark."""
        if self.form is not None:
            return str(self.form.data.get("basis", ""))
        return " ".join(token(head) for head in self.outcome.heads)

    @property
    def claims(self) -> list[Claim]:
        """Who says what, if two people disagree."""
        if not self.outcome.disputed or self.closed:
            return []
        heads = [head for head in self.outcome.heads if head.status != _A.CLEARED]
        return [Claim(token(head), head.status, _said(head)) for head in heads]

    @property
    def skew(self) -> str:
        """Whose device had a wrong clock, if it was off by more than two minutes."""
        wrong = [head for head in self.outcome.heads if abs(head.skew) > NOTABLE_SKEW]
        return _clock_was_off(wrong[-1]) if wrong else ""

    @property
    def find(self) -> str:
        """What the search above the list looks at."""
        person = self.row.enrolment.person
        return found_by(person)


def found_by(person: Any) -> str:
    return f"{person.name} {person.pinyin.replace(' ', '')} {person.initials} {person.work_number or ''}".lower()


def counters(register: Register) -> list[Counter]:
    """Expected = here + excused + absent + not marked; those late are among those here."""
    count = register.counts
    return [
        Counter(_("Expected"), len(register.rows), "expected"),
        Counter(_("Here"), here(register), "here"),
        Counter(_A.LATE.label, count[_A.LATE], "late"),
        Counter(_("Away with leave"), count[_A.ON_LEAVE] + count[_A.OFFICIAL_DUTY], "excused"),
        Counter(_A.ABSENT.label, count[_A.ABSENT], "absent"),
        Counter(_A.CLEARED.label, count[_A.CLEARED], "unmarked"),
    ]


def here(register: Register) -> int:
    return sum(register.counts[status] for status in (*ATTENDED, _A.MADE_UP))


def rows_of(
    register: Register, outcomes: Mapping[Pair, Outcome], *, saved: int | None = None, wanted: str = ""
) -> list[MarkRow]:
    """Everybody, or those whom the search finds by name, pinyin, initials or work number."""
    rows = [row_of(register, row, outcomes, saved=row.enrolment.pk == saved) for row in register.rows]
    text = wanted.replace(" ", "").lower()
    return [row for row in rows if text in row.find] if text else rows


def row_of(register: Register, row: RosterRow, outcomes: Mapping[Pair, Outcome], **more: Any) -> MarkRow:
    session = register.session
    outcome = outcomes.get((session.pk, row.enrolment.pk)) or Outcome()
    return MarkRow(row, outcome, closed=session.closed_at is not None, **more)


# Sentences


def _said(event: AttendanceEvent) -> str:
    """张三，09:02：迟到（09:05）"""
    values = {"who": event.by, "time": dates.clock(event.recorded_at), "status": said_status(event)}
    return _("%(who)s, %(time)s: %(status)s") % values


def said_status(event: AttendanceEvent) -> str:
    label = str(AttendanceStatus(event.status).label)
    if event.status in (_A.LATE, _A.LEFT_EARLY):
        return _("%(status)s (%(time)s)") % {"status": label, "time": dates.clock(event.happened_at)}
    return label


def _clock_was_off(event: AttendanceEvent) -> str:
    minutes = max(1, abs(event.skew) // 60)
    values = {"who": event.by, "count": minutes}
    if event.skew > 0:
        return ngettext(
            "The device of %(who)s was %(count)d minute ahead.",
            "The device of %(who)s was %(count)d minutes ahead.",
            minutes,
        ) % values  # fmt: skip
    return ngettext(
        "The device of %(who)s was %(count)d minute behind.",
        "The device of %(who)s was %(count)d minutes behind.",
        minutes,
    ) % values  # fmt: skip


def refused_sentence(mark: RefusedMark) -> str:
    """王建平，09:02，张三：已到。点名册已关闭……"""
    name = mark.enrolment.person.name if mark.enrolment else _("somebody who is not in this class")
    said = _("%(who)s marked %(name)s at %(time)s: %(status)s.") % {
        "who": mark.by,
        "name": name,
        "time": dates.clock(mark.recorded_at),
        "status": mark.get_status_display(),
    }
    return f"{said} {reason(mark.code)}"


@dataclass(frozen=True)
class Line:
    """One sentence of the history of a mark."""

    moment: str
    sentence: str
    more: str = ""


def history(events: Iterable[AttendanceEvent]) -> list[Line]:
    """What happened to one person's mark, as sentences, in the order in which it was recorded."""
    return [Line(dates.moment(row.recorded_at), _sentence(row), _more(row)) for row in events]


def _sentence(event: AttendanceEvent) -> str:
    values = {
        "who": event.by,
        "status": said_status(event),
        "was": AttendanceStatus(event.was).label if event.was else "",
        "second": event.countersigned_by or "",
    }
    if is_check_out(event):
        return _("%(who)s checked out on the own phone.") % values
    if event.status == _A.CLEARED:
        return _("%(who)s took the mark back.") % values
    return _SENTENCES.get(AttendanceSource(event.source), _MARKED) % values


_MARKED = gettext_lazy("%(who)s marked: %(status)s.")
_SENTENCES: dict[str, Any] = {
    AttendanceSource.SELF_QR: gettext_lazy("%(who)s checked in with the code on the screen: %(status)s."),
    AttendanceSource.CODE: gettext_lazy("%(who)s checked in with the short code: %(status)s."),
    AttendanceSource.PAPER: gettext_lazy("%(who)s entered from the signed sheet: %(status)s."),
    AttendanceSource.IMPORT: gettext_lazy("%(who)s read in from a table: %(status)s."),
    AttendanceSource.LEAVE: gettext_lazy("%(who)s granted leave: %(status)s."),
    AttendanceSource.DECISION: gettext_lazy("%(who)s decided between two marks: %(status)s."),
    AttendanceSource.CORRECTION: gettext_lazy(
        "%(who)s asked for a correction from “%(was)s” to “%(status)s”, %(second)s confirmed it."
    ),
}


def _more(event: AttendanceEvent) -> str:
    """The note, and what the times say: received much later, or by a clock that was wrong."""
    parts = [event.note] if event.note else []
    if (event.received_at - event.recorded_at).total_seconds() > NOTABLE_SKEW and not event.skew > NOTABLE_SKEW:
        parts.append(_("Received at %(time)s.") % {"time": dates.moment(event.received_at)})
    if abs(event.skew) > NOTABLE_SKEW:
        parts.append(_clock_was_off(event))
    return " · ".join(parts)


def correction_sentence(correction: Correction) -> str:
    """从“缺勤”改为“已到”"""
    return _("from “%(was)s” to “%(status)s”") % {
        "was": correction.get_was_display(),
        "status": correction.get_status_display(),
    }
