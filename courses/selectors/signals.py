"""Weak signals on the register: reasons for a trainer to look at somebody. Nobody is refused for one."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from courses.enums import ATTENDED, AttendanceStatus, CheckInPhase
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, RollCall
from courses.selectors.teaching import Register

SLOW = datetime.timedelta(minutes=5)
MANY_TRIES = 3


class Kind(StrEnum):
    SAME_PHONE = "same_phone"
    OTHER_PHONE = "other_phone"
    SLOW = "slow"
    GUESSED = "guessed"
    MARKED_AWAY = "marked_away"
    NOT_SEEN = "not_seen"
    NO_CHECK_OUT = "no_check_out"


@dataclass(frozen=True)
class Signal:
    """One reason to look at somebody; `facts` are what its sentence says."""

    kind: Kind
    facts: Mapping[str, Any] = field(default_factory=dict)


Signals = dict[int, list[Signal]]


def signals_of(
    register: Register, own: Mapping[int, list[AttendanceEvent]], calls: Iterable[RollCall], at: datetime.datetime
) -> Signals:
    """Reasons by enrolment id. `own` holds what people's phones recorded, `calls` are the `roll_calls`. No query."""
    found: Signals = defaultdict(list)
    _phones(own, {row.enrolment.pk: str(row.enrolment.person) for row in register.rows}, found)
    for pk, events in own.items():
        found[pk] += _ways(events)
    for pk in _unseen(calls):
        found[pk].append(Signal(Kind.NOT_SEEN))
    for row in register.rows:
        if row.record:
            found[row.enrolment.pk] += _against(register.session, row.record, own.get(row.enrolment.pk, []), at)
    return {pk: _once(signals) for pk, signals in found.items() if signals}


def _once(signals: Iterable[Signal]) -> list[Signal]:
    kept: list[Signal] = []
    for signal in signals:
        if signal not in kept:
            kept.append(signal)
    return kept


def _phones(own: Mapping[int, list[AttendanceEvent]], names: Mapping[int, str], found: Signals) -> None:
    """Two people on one phone: families and offices share phones, so it is only said."""
    people: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, events in own.items():
        for event in events:
            if event.device and pk in names:
                people[event.device][pk] = names[pk]
    for sharers in people.values():
        for pk in sharers if len(sharers) > 1 else ():
            others = "、".join(name for other, name in sharers.items() if other != pk)
            found[pk].append(Signal(Kind.SAME_PHONE, {"names": others}))


def _ways(events: list[AttendanceEvent]) -> Iterable[Signal]:
    """What the marks say of the way in which they were made."""
    first = events[0]
    if not first.is_check_out and first.recorded_at - first.happened_at > SLOW:
        yield Signal(Kind.SLOW, {"scanned": first.happened_at, "signed_in": first.recorded_at})
    for event in events:
        scanner = (event.client_id or "").partition("-")[2].partition(".")[0]
        tries = scanner.removeprefix("code")
        if scanner.startswith("code") and tries.isdecimal():
            if int(tries) >= MANY_TRIES:
                yield Signal(Kind.GUESSED, {"tries": int(tries)})
        elif event.device and scanner != event.device:
            yield Signal(Kind.OTHER_PHONE)


def _against(
    session: ClassSession, record: AttendanceRecord, events: list[AttendanceEvent], at: datetime.datetime
) -> Iterable[Signal]:
    """What the register says against what the phone said."""
    arrived = [event.happened_at for event in events if not event.is_check_out]
    if arrived and record.status not in (*ATTENDED, AttendanceStatus.CLEARED):
        yield Signal(Kind.MARKED_AWAY, {"scanned": min(arrived)})
    over = session.check_in_window(CheckInPhase.LEAVE, 0)[1]
    if session.run.check_out and record.status in ATTENDED and record.left_at is None and at >= over:
        yield Signal(Kind.NO_CHECK_OUT)


def roll_calls(session: ClassSession) -> list[RollCall]:
    """Everybody who was drawn, in the order of the draws. One query."""
    return list(RollCall.objects.filter(session=session).select_related("enrolment__person", "enrolment__unit"))


def last_draw(calls: Sequence[RollCall]) -> list[RollCall]:
    return [call for call in calls if call.drawn_at == calls[-1].drawn_at]


def _unseen(calls: Iterable[RollCall]) -> set[int]:
    """Those whom the last roll-call that named them did not find."""
    last = {call.enrolment_id: call.here for call in calls if call.here is not None}
    return {pk for pk, here in last.items() if not here}
