"""Registers that nobody has closed: told to the trainers in the evening, to the office the next morning."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import dates
from courses.enums import ON_ROSTER, RunStatus
from courses.models import ClassSession, Enrolment
from courses.services.telling.words import Text, letters_to
from messaging.selectors.receivers import receivers
from messaging.services.post import Letter, post
from people.models import User
from people.roles import BY_CODE

EVENING = datetime.time(19, 30)
AFTER = datetime.timedelta(hours=2)
LOOK_BACK = datetime.timedelta(days=3)  # a clock that stood still for a weekend makes up for it
HELD = (RunStatus.PUBLISHED, RunStatus.CONCLUDED)


def registers_open(at: datetime.datetime) -> int:
    """Ask the trainers to close what has ended; return how many letters are new.

    It is due at 19:30 of that day, or two hours after the end if that is later. Who teaches nothing of the session is
    not told; a session without trainers is told to the supervisor of the class. One letter for a session and a person.
    """
    sessions = [session for session in _unclosed(at) if at >= due(session)]
    keepers = {session.pk: _keepers(session) for session in sessions}
    people = receivers({pk for keys in keepers.values() for pk in keys}) if sessions else {}
    letters: list[Letter] = []
    for session in sessions:
        letters += letters_to(
            [people[pk] for pk in keepers[session.pk]],
            lambda _person, session=session: _please_close(session),  # type: ignore[misc]  # binds the session now
            kind="register_open",
            key=f"register-open:{session.pk}",
            url=reverse("courses:register", args=[session.pk]),
        )
    return post(letters=letters, at=at)


def due(session: ClassSession) -> datetime.datetime:
    """When the trainers are reminded."""
    evening = datetime.datetime.combine(timezone.localdate(session.ends_at), EVENING)
    return max(timezone.make_aware(evening), session.ends_at + AFTER)


def registers_left_open(at: datetime.datetime) -> int:
    """Tell the office, in one letter a day, which registers of the days before are open; return how many are new."""
    today = timezone.localdate(at)
    sessions = [session for session in _unclosed(at) if timezone.localdate(session.ends_at) < today]
    if not sessions:
        return 0
    rows = User.objects.filter(groups__name=BY_CODE["office"].name, is_active=True)
    facts = {"kind": "registers_left_open", "key": f"registers-left-open:{today.isoformat()}", "url": "/teach/"}
    office = rows.select_related("message_preferences")
    return post(letters=letters_to(office, lambda _person: _left_open(sessions), **facts), at=at)


def _unclosed(at: datetime.datetime) -> list[ClassSession]:
    """Sessions that took place, had people, and whose register is open. Two queries, one if there are none."""
    people = Enrolment.objects.filter(run=OuterRef("run"), status__in=ON_ROSTER)
    rows = ClassSession.objects.held().filter(
        Exists(people), run__status__in=HELD, closed_at__isnull=True, ends_at__lte=at, ends_at__gt=at - LOOK_BACK
    )
    return list(rows.select_related("run__course").prefetch_related("trainers").order_by("starts_at", "pk"))


def _keepers(session: ClassSession) -> list[int]:
    trainers = [trainer.pk for trainer in session.trainers.all()]
    return trainers or [pk for pk in [session.run.supervisor_id] if pk]


def _please_close(session: ClassSession) -> Text:
    return Text(
        _("Please close the register: %(course)s") % {"course": session.run.course.title},
        [
            _("The session is over and its register is not closed yet."),
            _("Please mark who was there, count the heads, and close it."),
            _line(session),
        ],
    )


def _left_open(sessions: Iterable[ClassSession]) -> Text:
    listed = list(sessions)
    subject = ngettext("%(count)d register is still open", "%(count)d registers are still open", len(listed))
    first = _("These sessions are over, and nobody has closed their registers:")
    return Text(subject % {"count": len(listed)}, [first, *(_line(session) for session in listed)])


def _line(session: ClassSession) -> str:
    words = {
        "time": dates.span(session.starts_at, session.ends_at),
        "course": session.run.course.title,
        "number": session.run.class_no,
    }
    names = pgettext("between names", ", ").join(trainer.name for trainer in session.trainers.all())
    return f"{_('%(time)s  %(course)s (%(number)s)') % words}{f' · {names}' if names else ''}"
