"""The day before: one letter per person, with all sessions of the next day."""

from __future__ import annotations

import datetime
from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import dates
from core.clock import daily
from courses.enums import ON_ROSTER, RunStatus
from courses.models import ClassSession, Enrolment
from courses.services.telling.words import Text, letters_to
from messaging.selectors.receivers import receivers
from messaging.services.post import Letter, post

AT = datetime.time(16, 0)
Diary = dict[int, list[ClassSession]]


@daily(at=AT, name="courses.remind_of_tomorrow")
def remind(at: datetime.datetime) -> int:
    """Write to everybody who has a session on the next day in Shanghai; return how many letters are new.

    Again on the same day it writes only to those who have none yet.
    """
    day = timezone.localdate(at) + datetime.timedelta(days=1)
    diary = _diary(day)
    people = receivers(diary)
    letters: list[Letter] = []
    for pk, sessions in diary.items():
        letters += letters_to(
            [people[pk]],
            lambda _person, sessions=sessions: _text(day, sessions),  # type: ignore[misc]  # binds the sessions now
            kind="reminder",
            key=f"reminder:{day.isoformat()}",
            url="/my/",
        )
    return post(letters=letters, at=at)


def _diary(day: datetime.date) -> Diary:
    """The sessions of the day by person: those who have a seat, and those who teach. Three queries."""
    rows = ClassSession.objects.held().on_day(day).filter(run__status=RunStatus.PUBLISHED)
    sessions = list(rows.select_related("run__course").prefetch_related("trainers").order_by("starts_at", "pk"))
    on_roster: dict[int, list[int]] = defaultdict(list)
    taken = Enrolment.objects.filter(run__in={one.run_id for one in sessions}, status__in=ON_ROSTER)
    for run, person in taken.values_list("run", "person"):
        on_roster[run].append(person)
    diary: Diary = defaultdict(list)
    for session in sessions:
        for person in {*on_roster[session.run_id], *(trainer.pk for trainer in session.trainers.all())}:
            diary[person].append(session)
    return diary


def _text(day: datetime.date, sessions: list[ClassSession]) -> Text:
    count = ngettext("Tomorrow, %(day)s: %(course)s", "Tomorrow, %(day)s: %(count)d sessions", len(sessions))
    words = {"day": dates.weekday(day), "count": len(sessions), "course": sessions[0].run.course.title}
    return Text(count % words, [_line(session) for session in sessions])


def _line(session: ClassSession) -> str:
    words = {
        "time": f"{dates.clock(session.starts_at)}–{dates.clock(session.ends_at)}",
        "course": session.run.course.title,
        "place": session.place or _("place not said"),
    }
    return _("%(time)s  %(course)s, %(place)s") % words
