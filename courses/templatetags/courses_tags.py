"""Wording for templates; the words themselves come from the presenters."""

import datetime
from collections.abc import Mapping

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.enums import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from courses.presenters import dates, signup
from courses.presenters.register import TONES
from courses.presenters.runs import BADGES
from courses.selectors.teaching import RosterRow

register = template.Library()
register.filter("day", dates.day)
register.filter("weekday", dates.weekday)
register.filter("clock", dates.clock)
register.filter("moment", dates.moment)
register.filter("waiting_place", signup.place)
register.filter("standing_label", signup.standing_label)
register.filter("standing_badge", signup.standing_badge)
register.filter("can_withdraw", signup.can_withdraw)
register.filter("offered_until", signup.until)


@register.filter
def session_time(session: ClassSession) -> str:
    """12月3日（周四）17:40–19:10"""
    return dates.span(session.starts_at, session.ends_at)


@register.filter
def run_period(run: CourseRun) -> str:
    """The days of a class, empty while they are not set."""
    return dates.period(run.starts_at, run.ends_at) if run.starts_at and run.ends_at else ""


@register.simple_tag
def countdown(session: ClassSession, now: datetime.datetime) -> str:
    return dates.countdown(session.starts_at, session.ends_at, now)


@register.filter
def leaf_month(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), pgettext("date format", "M"))


@register.filter
def leaf_weekday(moment: datetime.datetime) -> str:
    return str(dates.WEEKDAYS[timezone.localtime(moment).weekday()])


@register.filter
def state_badge(state: str) -> str:
    """The look of the badge for a class in that state."""
    return BADGES.get(state, "done")  # type: ignore[call-overload]  # states are strings in templates


@register.filter
def of_person(reasons: Mapping[int, list[str]], enrolment: Enrolment) -> list[str]:
    """What there is to say of that person on a register."""
    return reasons.get(enrolment.pk, [])


@register.filter
def record_badge(record: AttendanceRecord) -> str:
    """The look of the badge for one attendance."""
    return TONES[AttendanceStatus(record.status)]


@register.filter
def state_on_paper(row: RosterRow | None) -> str:
    """What the register says of one person, with the minutes of coming late or leaving early; empty if nothing."""
    if row is None or row.record is None or row.status == AttendanceStatus.CLEARED:
        return ""
    minutes = row.record.minutes_late + row.record.minutes_early
    label = str(AttendanceStatus(row.status).label)
    return _("%(status)s, %(minutes)d min") % {"status": label, "minutes": minutes} if minutes else label
