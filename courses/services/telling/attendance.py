"""Little attended, told kindly: how much, what was missed, where it can be made up, and whom to ask."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import dates
from courses.models import AttendanceRecord
from courses.selectors.low_attendance import LowAttendance, reminder_key
from courses.services.telling.words import Text, letters_to
from messaging.selectors.receivers import receivers
from messaging.services.post import Letter, post
from people.models import User

LISTED = 8  # sessions; the page has all of them


def attendance_low(rows: Iterable[LowAttendance], *, by: User, at: datetime.datetime) -> int:
    """Write to each of the people; return how many letters are new. A second one on the same day is none."""
    low = {row.person: row for row in rows}
    letters: list[Letter] = []
    for person in receivers(low).values():
        letters += letters_to(
            [person], lambda reader: _text(reader, low, by), kind="attendance_low", **_facts(low, person, at)
        )
    return post(letters=letters, at=at)


def _facts(low: Mapping[int, LowAttendance], person: User, at: datetime.datetime) -> dict[str, Any]:
    year = low[person.pk].period.last.year
    return {"key": reminder_key(timezone.localdate(at)), "url": f"{reverse('courses:attendance')}?year={year}"}


def _text(person: User, low: Mapping[int, LowAttendance], by: User) -> Text:
    row = low[person.pk]
    subject = _("Your attendance so far: %(percent)d %%") % {"percent": row.totals.share or 0}
    return Text(subject, [_share(person, row), *_missed(row.missed), *_make_up(row), _whom_to_ask(by)])


def _share(person: User, row: LowAttendance) -> str:
    return _(
        "%(name)s, from %(first)s to %(last)s you attended %(good)d of %(due)d minutes, that is %(percent)d %%."
    ) % {
        "name": person.name,
        "first": _day(row.period.first),
        "last": _day(row.period.last),
        "good": row.totals.minutes_good,
        "due": row.totals.minutes_due,
        "percent": row.totals.share or 0,
    }


def _day(day: datetime.date) -> str:
    return date_format(day, pgettext("date format", "j M Y"))


def _missed(records: list[AttendanceRecord]) -> list[str]:
    """The sessions, never why somebody was away."""
    if not records:
        return []
    lines = [_line(record) for record in records[:LISTED]]
    more = len(records) - LISTED
    if more > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return [_("You missed these sessions:"), *lines]


def _line(record: AttendanceRecord) -> str:
    session = record.session
    return _("%(time)s  %(course)s (%(number)s)") % {
        "time": dates.span(session.starts_at, session.ends_at),
        "course": session.run.course.title,
        "number": session.run.class_no,
    }


def _make_up(row: LowAttendance) -> list[str]:
    if not row.missed:
        return [_("Minutes are missing because of coming late or leaving early; please come in time.")]
    if not row.again:
        return [_("It can be made up in another class of the same course. None is announced yet; please ask us.")]
    lines = [_("It can be made up in another class of the same course. Sign up on the site for:")]
    for run in row.again:
        begins = {"course": run.course.title, "number": run.class_no, "day": dates.weekday(run.starts_at)}  # type: ignore[arg-type]  # announced ones have dates
        lines.append(_("%(course)s (%(number)s), begins on %(day)s") % begins)
    return lines


def _whom_to_ask(by: User) -> str:
    return _(
        "If the register is wrong, if you attended elsewhere, or if something keeps you from coming, "
        "please speak to %(name)s in the training office."
    ) % {"name": by.name}
