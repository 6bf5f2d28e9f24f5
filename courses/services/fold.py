"""What the marks of one person in one session add up to. Pure: events in, outcome out, in whatever order they came.

Every mark replaces those that its `basis` names and the older ones of the same hand. What nothing replaces is a head.
A head stands for itself and for all that it replaced, directly or not: late and left-early add up along that line.
"""

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from courses.enums import ATTENDED, OWN, AttendanceSource, AttendanceStatus
from courses.models import AttendanceEvent, ClassSession

_A = AttendanceStatus


@dataclass
class Outcome:
    """The state after all marks; minutes as in `AttendanceRecord`. `heads`: what nothing replaced; `marks`: all."""

    status: AttendanceStatus = _A.CLEARED
    minutes_late: int = 0
    minutes_early: int = 0
    minutes_earned: int = 0
    note: str = ""
    arrived_at: datetime.datetime | None = None
    left_at: datetime.datetime | None = None
    disputed: bool = False
    heads: list[AttendanceEvent] = field(default_factory=list)
    marks: list[AttendanceEvent] = field(default_factory=list)

    @property
    def said(self) -> tuple[str, int, int]:
        """What two heads must share to say the same."""
        return self.status, self.minutes_late, self.minutes_early


def token(event: AttendanceEvent) -> str:
    """The name of a mark in the basis of others: its client id; marks from before there were any go by their key."""
    return event.client_id or f"#{event.pk}"


def is_check_out(event: AttendanceEvent) -> bool:
    """True for a scan at the end: it says when somebody went, and is no mark."""
    return event.is_check_out


def in_order(events: Iterable[AttendanceEvent]) -> list[AttendanceEvent]:
    return sorted(events, key=lambda row: (row.recorded_at, token(row)))


def fold(session: ClassSession, events: Iterable[AttendanceEvent]) -> Outcome:
    """Return what stands. Heads of two hands that differ make it disputed; the later one is shown until a decision.

    The limit beyond which the session counts as missed is the one that the session keeps since its first mark.
    """
    rows = in_order(events)
    marks = _Line([row for row in rows if not is_check_out(row)], session)
    heads = marks.heads()
    if not heads:
        return _with_times(Outcome(), rows, session)
    outcomes = [marks.outcome(head) for head in heads]
    shown = _shown(heads, outcomes)
    return _with_times(replace(shown, disputed=_differ(heads, outcomes), heads=heads), rows, session)


class _Line:
    """The marks of one person in the order in which they were made, and what each of them replaced."""

    def __init__(self, rows: Sequence[AttendanceEvent], session: ClassSession) -> None:
        self.rows, self.session = rows, session
        self.replaced = {token(row): set() if row.source in OWN else {str(name) for name in row.basis} for row in rows}
        seen = set().union(*self.replaced.values())
        hands: dict[int, list[AttendanceEvent]] = {}
        for row in rows:
            if row.source not in OWN:
                hands.setdefault(row.by_id, []).append(row)
        own = _by_arrival(row for row in rows if row.source in OWN and token(row) not in seen)
        for chain in (*hands.values(), own):
            for older, newer in pairwise(chain):
                self.replaced[token(newer)].add(token(older))

    def heads(self) -> list[AttendanceEvent]:
        gone = {name for own, names in self.replaced.items() for name in names if name != own}
        return [row for row in self.rows if token(row) not in gone] or list(self.rows[-1:])

    def outcome(self, head: AttendanceEvent) -> Outcome:
        """Apply to nothing all that the head replaced, then the head."""
        if head.source == AttendanceSource.DECISION and (chosen := self._chosen(head)):
            found = self.outcome(chosen)
            return replace(found, note=head.note or found.note)
        before = self._before(head)
        rows = [row for row in self.rows if token(row) in before and row is not head]
        first = _by_arrival(row for row in rows if row.source in OWN)[-1:]
        outcome = Outcome()
        for row in rows:
            if row.source not in OWN or row in first:
                outcome = _apply(outcome, row, self.session)
        return _apply(outcome, head, self.session)

    def _chosen(self, head: AttendanceEvent) -> AttendanceEvent | None:
        """The mark that a decision decided for: it stands first in the basis."""
        name = head.basis[0] if head.basis else None
        earlier = self.rows[: self.rows.index(head)]
        known = [row for row in self.rows if row.source != AttendanceSource.DECISION or row in earlier]
        return next((row for row in known if token(row) == name and row.status == head.status), None)

    def _before(self, head: AttendanceEvent) -> set[str]:
        found: set[str] = set()
        open_names = [token(head)]
        while open_names:
            name = open_names.pop()
            fresh = self.replaced.get(name, set()) - found
            found |= fresh
            open_names.extend(fresh)
        return found


def _by_arrival(rows: Iterable[AttendanceEvent]) -> list[AttendanceEvent]:
    """Own check-ins, the first arrival at the end: it is the one that counts."""
    return sorted(rows, key=lambda row: (row.happened_at, token(row)), reverse=True)


def _shown(heads: Sequence[AttendanceEvent], outcomes: Sequence[Outcome]) -> Outcome:
    """The later head that says something; an own check-in steps back behind the mark of whoever keeps the register."""
    spoken = [(head, one) for head, one in zip(heads, outcomes, strict=True) if one.status != _A.CLEARED]
    kept = [one for head, one in spoken if head.source not in (*OWN, AttendanceSource.LEAVE)]
    return (kept or [one for _, one in spoken] or outcomes)[-1]


def _differ(heads: Sequence[AttendanceEvent], outcomes: Sequence[Outcome]) -> bool:
    """Two hands say different things. An own check-in only says that somebody came; a mark taken back says nothing."""
    spoken = [(head, one) for head, one in zip(heads, outcomes, strict=True) if one.status != _A.CLEARED]
    kept = {one.said for head, one in spoken if head.source not in OWN}
    return len(kept) > 1 or len({one.status in ATTENDED for _, one in spoken}) > 1


def _apply(outcome: Outcome, event: AttendanceEvent, session: ClassSession) -> Outcome:
    """Late and left-early add up; every other mark replaces what was before."""
    status = AttendanceStatus(event.status)
    if status not in (_A.LATE, _A.LEFT_EARLY):
        return Outcome(status=status, note=event.note)
    if outcome.status not in ATTENDED:
        outcome = Outcome()
    outcome.status, outcome.note = status, event.note or outcome.note
    if status == _A.LATE:
        outcome.minutes_late = _minutes(session.starts_at, event.happened_at, session)
    else:
        outcome.minutes_early = _minutes(event.happened_at, session.ends_at, session)
    return outcome


def _minutes(start: datetime.datetime, end: datetime.datetime, session: ClassSession) -> int:
    """Whole minutes between two moments, rounded up, within 0 and the length of the session."""
    return min(session.minutes, max(0, math.ceil((end - start).total_seconds() / 60)))


def _with_times(outcome: Outcome, rows: Sequence[AttendanceEvent], session: ClassSession) -> Outcome:
    """Add the minutes that count, and when somebody came and went: the first arrival, the last leaving."""
    outcome.minutes_earned, outcome.marks = _earned(outcome, session), list(rows)
    if outcome.status in ATTENDED:
        came = (_A.PRESENT, _A.LATE)
        arrivals = [row.happened_at for row in rows if row.status in came and not is_check_out(row)]
        leavings = [row.happened_at for row in rows if row.status == _A.LEFT_EARLY or is_check_out(row)]
        outcome.arrived_at, outcome.left_at = min(arrivals, default=None), max(leavings, default=None)
        if outcome.left_at is None and _waits_for_check_out(rows, session):
            outcome.minutes_earned = 0
    return outcome


def _waits_for_check_out(rows: Sequence[AttendanceEvent], session: ClassSession) -> bool:
    """Where a class wants both, who only checked in has no hours yet. A trainer's word needs no phone."""
    return all(row.is_own for row in rows if row.status in ATTENDED) and session.run.check_out


def _earned(outcome: Outcome, session: ClassSession) -> int:
    """Minutes that count. Coming or leaving beyond the limit makes the session count as missed."""
    if outcome.status not in ATTENDED:
        return 0
    limit = session.absent_after_minutes
    if limit is not None and max(outcome.minutes_late, outcome.minutes_early) > limit:
        return 0
    return max(0, session.minutes - outcome.minutes_late - outcome.minutes_early)
