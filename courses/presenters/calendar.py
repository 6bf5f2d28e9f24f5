"""Sessions in the form that calendars read (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vText

from courses.models import CourseRun
from courses.selectors.calendar import Entry

AddressOf = Callable[[CourseRun], str]
MAKER = "-//Judicial Administration Training Platform//Calendar//ZH"
ASK_AGAIN = datetime.timedelta(hours=4)
SINCE = datetime.date(2000, 1, 1)  # long before the first class; Shanghai has had one time since 1991


def calendar(entries: Iterable[Entry], *, name: str, address_of: AddressOf) -> bytes:
    """Return the entries as a calendar. The same entries give the same bytes."""
    whole = Calendar()
    whole.add("prodid", MAKER)
    whole.add("version", "2.0")
    whole.add("x-wr-calname", vText(name))  # of an X- property the library does not know that it is text
    whole.add("x-wr-timezone", settings.TIME_ZONE)
    whole.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT4H")
    whole.add_component(_shanghai())
    for entry in entries:
        whole.add_component(_event(entry, address_of))
    return whole.to_ical()


@cache
def _shanghai() -> Timezone:
    zone = Timezone.from_tzid(settings.TIME_ZONE, first_date=SINCE)
    zone.pop("COMMENT", None)  # it says when the rules end, and these do not
    return zone


def _event(entry: Entry, address_of: AddressOf) -> Event:
    session, event = entry.session, Event()
    event.add("uid", f"session-{session.pk}@{_host()}")
    event.add("sequence", entry.sequence)
    for name in ("dtstamp", "last-modified"):  # without a method both say when the entry was last changed
        event.add(name, entry.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", timezone.localtime(session.starts_at))
    event.add("dtend", timezone.localtime(session.ends_at))
    event.add("summary", _summary(entry))
    if session.place:
        event.add("location", session.place)
    address = address_of(session.run)
    event.add("description", _description(entry, address))
    event.add("url", address)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event


def _host() -> str:
    """The site's own name, whatever name it was asked under: an entry keeps its name for ever."""
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"


def _summary(entry: Entry) -> str:
    """Some calendars show cancelled entries like others, so the words say it too."""
    title = entry.session.run.course.title
    if entry.is_cancelled:
        return _("Cancelled: %(title)s") % {"title": title}
    return _("Teaching: %(title)s") % {"title": title} if entry.is_taught else title


def _description(entry: Entry, address: str) -> str:
    session = entry.session
    reason = session.cancel_reason or session.run.status_reason if entry.is_cancelled else ""
    lines = [session.topic, f"{session.run.intake} {session.run.class_no}"]
    if reason:
        lines.append(_("Reason: %(reason)s") % {"reason": reason})
    return "\n".join([line for line in lines if line] + [address])
