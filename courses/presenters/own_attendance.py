"""One's own attendance in plain words: what stands in the register for a session, and what can be done about it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import ATTENDED, AttendanceStatus, LeaveStatus
from courses.models import AttendanceRecord
from courses.presenters.register import TONES
from courses.selectors.own_attendance import ClassAttendance, Sitting

_A = AttendanceStatus


@dataclass(frozen=True)
class Line:
    """One session: a badge with its look, a sentence below it, the minutes that count (empty if nothing counts yet)."""

    sitting: Sitting
    label: str
    tone: str
    words: str = ""
    minutes: str = ""
    may_ask: bool = False


def lines(mine: ClassAttendance, at: datetime.datetime) -> list[Line]:
    """Each session of the class, in the order of the days."""
    return [_line(sitting, at) for sitting in mine.sittings]


def _line(sitting: Sitting, at: datetime.datetime) -> Line:
    session, record = sitting.session, sitting.record
    if session.is_cancelled:
        return Line(sitting, _("Cancelled"), "closed")
    if record is None:
        label, tone = _unmarked(sitting, at)
        return Line(sitting, label, tone, may_ask=sitting.may_ask(at))
    label, tone = str(record.get_status_display()), TONES[_A(record.status)]
    minutes = "" if session.closed_at is None else f"{record.minutes_earned} / {session.minutes}"
    return Line(sitting, label, tone, _words(sitting, record, at), minutes, sitting.may_ask(at))


def _unmarked(sitting: Sitting, at: datetime.datetime) -> tuple[str, str]:
    if sitting.leave is not None and sitting.leave.status == LeaveStatus.ASKED:
        return _("You asked for leave; no answer yet"), "coming"
    if sitting.session.ends_at <= at:
        return _("Not marked yet"), "closed"
    return (_("Under way now"), "running") if sitting.session.starts_at <= at else (_("To come"), "coming")


def _words(sitting: Sitting, record: AttendanceRecord, at: datetime.datetime) -> str:
    found = [*_late_and_early(record), _consequence(record)]
    if sitting.session.closed_at is None and sitting.session.ends_at <= at:
        found.append(_("The register is not closed yet; this may still change."))
    return " ".join(part for part in found if part)


def _late_and_early(record: AttendanceRecord) -> list[str]:
    found = []
    if record.minutes_late:
        late = ngettext("%(count)d minute late.", "%(count)d minutes late.", record.minutes_late)
        found.append(late % {"count": record.minutes_late})
    if record.minutes_early:
        early = ngettext("Left %(count)d minute early.", "Left %(count)d minutes early.", record.minutes_early)
        found.append(early % {"count": record.minutes_early})
    return found


def _consequence(record: AttendanceRecord) -> str:
    if record.counts_as_absent:
        return _("That was too much: the session counts as missed.")
    if record.status in ATTENDED and not record.minutes_earned:
        return _("You have not checked out; without that no minutes count.")
    return {
        _A.MADE_UP: _("Made good by a session that you attended elsewhere; the minutes count there."),
        _A.OFFICIAL_DUTY: _("Official duty is not counted as missed."),
    }.get(_A(record.status), "")


def seventh(mine: ClassAttendance) -> str:
    """A warning if more than a seventh of the class was missed; empty otherwise."""
    if not mine.missed.is_over:
        return ""
    values: dict[str, Any] = {"percent": mine.missed.percent, "limit": mine.missed.limit}
    return (
        _("%(percent)d %% of this class is missed, more than a seventh (%(limit)d minutes).") % values
        + " "
        + _("Nothing follows by itself: the training office decides whether the class can be completed.")
    )
