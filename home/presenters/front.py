"""The words of the first page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import EnrolmentStatus, RunState
from courses.models import ClassSession, Enrolment
from courses.presenters import dates, signup

NOON, EVENING = 12, 18


@dataclass(frozen=True)
class NextClass:
    """The session that the person has to be at next."""

    session: ClassSession
    when: str
    countdown: str


@dataclass(frozen=True)
class MyClass:
    """One line of the short list: a class and how the person stands in it."""

    enrolment: Enrolment
    status: str
    badge: str
    begins: str


def greeting(person: Any, at: datetime.datetime) -> str:
    """A greeting by the hour in Shanghai."""
    hour = timezone.localtime(at).hour
    name = {"name": person.get_short_name()}
    if hour < NOON:
        return _("Good morning, %(name)s") % name
    return (_("Good afternoon, %(name)s") if hour < EVENING else _("Good evening, %(name)s")) % name


def next_class(session: ClassSession | None, at: datetime.datetime) -> NextClass | None:
    if session is None:
        return None
    starts_at, ends_at = session.starts_at, session.ends_at
    return NextClass(session, dates.span(starts_at, ends_at), dates.countdown(starts_at, ends_at, at))


def classes(enrolments: Iterable[Enrolment], at: datetime.datetime) -> list[MyClass]:
    """Present enrolments that come `with_place()`."""
    return [_line(enrolment, at) for enrolment in enrolments]


def _line(enrolment: Enrolment, at: datetime.datetime) -> MyClass:
    run = enrolment.run
    begins = dates.weekday(run.starts_at) if run.starts_at else ""
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        return MyClass(enrolment, signup.place(enrolment), "warn", begins)
    if enrolment.status == EnrolmentStatus.REQUESTED:
        return MyClass(enrolment, enrolment.get_status_display(), "coming", begins)
    if enrolment.status == EnrolmentStatus.OFFERED:
        return MyClass(enrolment, signup.until(enrolment), "warn", begins)
    if run.state(at) == RunState.RUNNING:
        return MyClass(enrolment, _("Under way now"), "running", begins)
    return MyClass(enrolment, _("Signed up"), "open", begins)
