"""Dates as people here say them: 12月3日（周四）17:40–19:10, always in Shanghai time."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

JOINER = "\u2060"  # keeps 17:40–19:10 on one line
WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def day(moment: datetime.datetime | datetime.date) -> str:
    """12月3日; the year is said only if it is not this one."""
    date = _date(moment)
    this_year = date.year == timezone.localdate().year
    return date_format(date, pgettext("date format", "j M") if this_year else pgettext("date format", "j M Y"))


def weekday(moment: datetime.datetime | datetime.date) -> str:
    """12月3日（周四）"""
    return _("%(weekday)s %(day)s") % {"weekday": WEEKDAYS[_date(moment).weekday()], "day": day(moment)}


def clock(moment: datetime.datetime) -> str:
    """17:40"""
    return f"{timezone.localtime(moment):%H:%M}"


def span(starts_at: datetime.datetime, ends_at: datetime.datetime) -> str:
    """12月3日（周四）17:40–19:10"""
    hours = f"{clock(starts_at)}{JOINER}–{JOINER}{clock(ends_at)}"
    return _("%(day)s, %(hours)s") % {"day": weekday(starts_at), "hours": hours}


def moment(value: datetime.datetime) -> str:
    """12月3日（周四）17:40"""
    return _("%(day)s, %(hours)s") % {"day": weekday(value), "hours": clock(value)}


def period(starts_at: datetime.datetime, ends_at: datetime.datetime) -> str:
    """The days of a class: 12月3日（周四）17:40–19:10 if it is one day, else 12月3日（周四）至12月10日（周四）."""
    if _date(starts_at) == _date(ends_at):
        return span(starts_at, ends_at)
    return _("%(first)s to %(last)s") % {"first": weekday(starts_at), "last": weekday(ends_at)}


def month(first_day: datetime.date) -> str:
    """2026年12月"""
    return date_format(first_day, pgettext("date format", "F Y"))


def countdown(starts_at: datetime.datetime, ends_at: datetime.datetime, at: datetime.datetime) -> str:
    """How long until then, in words: 正在上课, 还有25分钟, 今天, 明天, 还有3天."""
    if starts_at <= at:
        return _("Under way now") if at < ends_at else _("Over")
    days = (_date(starts_at) - _date(at)).days
    minutes = int((starts_at - at).total_seconds() // 60) + 1
    if days == 0 and minutes <= 60:
        return ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}
    if days <= 1:
        return _("Tomorrow") if days else _("Today")
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


def _date(moment: datetime.datetime | datetime.date) -> datetime.date:
    return timezone.localdate(moment) if isinstance(moment, datetime.datetime) else moment
