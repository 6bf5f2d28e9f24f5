"""A class in few words, as the screens of the back office say it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import RunState
from courses.models import CourseRun
from courses.presenters import dates

LIVELY = (RunState.OPEN, RunState.FULL, RunState.RUNNING)
LISTED = 20


def state_label(run: CourseRun) -> str:
    return str(run.state(timezone.now()).label)


def is_lively(run: CourseRun) -> bool:
    """True for states that a coordinator's eye should catch."""
    return run.state(timezone.now()) in LIVELY


def period(run: CourseRun) -> str:
    return dates.period(run.starts_at, run.ends_at) if run.starts_at and run.ends_at else ""


def seats(run: CourseRun) -> str:
    return f"{run.seats_taken}/{run.capacity}"


def conditions(run: CourseRun) -> list[tuple[str, str]]:
    """What holds for sign-up to this class, as heading and words; what is not set is left out. Three queries."""
    return [(heading, words) for heading, words in _conditions(run) if words]


def _conditions(run: CourseRun) -> Iterator[tuple[str, str]]:
    yield _("units nominate"), _("Yes") if run.nomination_only else ""
    yield _("sign-up needs approval"), _("Yes") if run.approval_required else ""
    yield _("once a year"), _("Yes") if run.once_a_year else ""
    yield _("only for professions"), _names(run.professions)
    yield _("only for units"), _names(run.units)
    yield _("fewest participants"), str(run.minimum or "")
    yield _("waiting list"), _("Yes") if run.waitlist_enabled else _("No")
    yield _("hours to accept a freed seat"), str(run.offer_hours or _("given at once"))
    yield _("first in the queue"), _names(run.first_professions)


def deadlines(run: CourseRun) -> list[tuple[str, str]]:
    """The two dates within the window of sign-up; what is not set is left out."""
    rows = ((_("quotas end"), run.quota_until), (_("withdraw until"), run.withdraw_until))
    return [(heading, _moment(moment)) for heading, moment in rows if moment]


def _names(rows: Any) -> str:
    return "、".join(str(row) for row in rows.all())


def _moment(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
