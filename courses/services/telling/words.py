"""What letters about classes have in common: the facts of a class, the reader's language, what cannot wait."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import dates
from courses.models import CourseRun
from messaging.enums import Topic
from messaging.selectors.receivers import language_of
from messaging.services.post import Letter
from messaging.topics import declare
from people.models import User

SOON = datetime.timedelta(hours=24)

declare(
    Topic.SIGN_UPS, "confirmed", "moved_up", "admitted", "waitlisted", "requested", "declined", "withdrawn", "offered",
    "offer_expiring", "offer_expired", "completed", "not_completed", "leave_decided", "attendance_low",
)  # fmt: skip
declare(Topic.CHANGES, "class_changed", "session_cancelled", "class_cancelled", "class_postponed", "class_again")
declare(Topic.REMINDERS, "reminder")
declare(
    Topic.DUTIES, "below_minimum", "list_returned", "list_decided", "quota_ends", "leave_asked", "register_open",
    "registers_left_open",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What a letter says: one line for lists, and the lines below it."""

    subject: str
    lines: list[str]

    @property
    def body(self) -> str:
        return "\n".join(line for line in self.lines if line)


def class_lines(run: CourseRun, *, with_dates: bool = True) -> list[str]:
    """Which class, when and where, one line each."""
    lines = [_("Class: %(course)s (%(number)s)") % {"course": run.course.title, "number": run.class_no}]
    if with_dates and run.starts_at and run.ends_at:
        lines.append(_("Time: %(time)s") % {"time": dates.period(run.starts_at, run.ends_at)})
    if with_dates and run.venue:
        lines.append(_("Place: %(place)s") % {"place": run.venue})
    return lines


def reason_line(reason: str) -> str:
    return _("Reason: %(reason)s") % {"reason": reason} if reason else ""


def run_url(run: CourseRun) -> str:
    return reverse("courses:run", args=[run.pk])


def is_soon(*moments: datetime.datetime | None) -> bool:
    """True if one of the moments is less than a day away: then a letter cannot wait until the morning."""
    now = timezone.now()
    return any(moment is not None and now <= moment < now + SOON for moment in moments)


def letters_to(people: Iterable[User], word: Callable[[User], Text], by: Any = None, **facts: Any) -> list[Letter]:
    """One letter for each of the people, worded in each one's language; `facts` are those of `Letter`."""
    letters = []
    for person in people:
        with translation.override(language_of(person)):
            text = word(person)
            own = by is not None and by.pk == person.pk
            letters.append(Letter(person=person, subject=text.subject, body=text.body, own=own, **facts))
    return letters


def notice_to_group(word: Callable[[], Text], **facts: Any) -> Letter:
    """The same for the group chat, in the language of the site. The words must name nobody."""
    with translation.override(settings.LANGUAGE_CODE):
        text = word()
        return Letter(person=None, subject=text.subject, body=text.body, **facts)
