"""Changes of a class, told to everybody in it: people with a sign-up that stands, trainers, the supervisor."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import dates
from courses.enums import RunStatus
from courses.models import ClassSession, CourseRun, Enrolment
from courses.services.revisions import Told, told
from courses.services.telling.words import (
    Text,
    class_lines,
    is_soon,
    letters_to,
    notice_to_group,
    reason_line,
    run_url,
)
from messaging.services.post import Letter, post
from people.models import User
from people.roles import BY_CODE

_S = RunStatus
ANNOUNCED = (_S.PUBLISHED, _S.POSTPONED)


def concerned(run: CourseRun, also: Iterable[int] = ()) -> list[User]:
    """Everybody whom a change of the class concerns (and `also` these), with their preferences. One query."""
    signed_up = Enrolment.objects.active().filter(run=run).values("person")
    people = User.objects.filter(
        Q(pk__in=signed_up) | Q(pk__in=_teaching(run)) | Q(pk=run.supervisor_id) | Q(pk__in=set(also))
    )
    return list(people.select_related("message_preferences"))


def teachers(run: CourseRun) -> set[int]:
    """Who teaches the sessions that take place: asked before a change, for those whose session goes."""
    return set(_teaching(run).values_list("user", flat=True))


def _teaching(run: CourseRun) -> Any:
    rows = ClassSession.trainers.through.objects.filter(classsession__run=run)
    return rows.filter(classsession__cancelled_at__isnull=True).values("user")


def _tell(
    run: CourseRun,
    word: Callable[[], Text],
    by: Any,
    kind: str,
    *,
    urgent: bool,
    group: bool = False,
    also: Iterable[int] = (),
) -> None:
    """One call is one event, so its key is made here."""
    people = concerned(run, also)
    facts = {"kind": kind, "key": f"{kind}:{run.pk}:{uuid.uuid4()}", "url": run_url(run), "urgent": urgent}
    letters = letters_to(people, lambda _person: word(), by=by, **facts)
    if group:
        letters.append(notice_to_group(lambda: _for_group(word(), len(people)), **facts))
    post(letters=letters)


def _for_group(text: Text, count: int) -> Text:
    words = ngettext("%(count)d person is told.", "%(count)d people are told.", count)
    return Text(text.subject, [*text.lines, words % {"count": count}])


# The class as a whole


def run_moved(run: CourseRun, before: str, *, by: Any) -> None:
    """Tell of a new status if it means something to those who are in the class."""
    if before not in ANNOUNCED:
        return
    if run.status == _S.CANCELLED:
        soon = before == _S.PUBLISHED and is_soon(run.starts_at, *_upcoming(run))
        _tell(run, lambda: _cancelled(run), by, "class_cancelled", urgent=soon, group=True)
    elif run.status == _S.POSTPONED:
        _tell(run, lambda: _postponed(run), by, "class_postponed", urgent=is_soon(run.starts_at, *_upcoming(run)))
    elif (before, run.status) == (_S.POSTPONED, _S.PUBLISHED):
        _tell(run, lambda: _again(run), by, "class_again", urgent=is_soon(run.starts_at))


def _upcoming(run: CourseRun) -> list[datetime.datetime]:
    rows = run.sessions.held().filter(starts_at__gte=timezone.now())
    return list(rows.values_list("starts_at", flat=True))


def _cancelled(run: CourseRun) -> Text:
    return Text(
        _("Class cancelled: %(course)s") % {"course": run.course.title},
        [_("This class does not take place."), reason_line(run.status_reason), *class_lines(run)],
    )


def _postponed(run: CourseRun) -> Text:
    first = _("This class does not take place as planned. Sign-ups stay; you will be told of the new dates.")
    return Text(
        _("Class postponed: %(course)s") % {"course": run.course.title},
        [first, reason_line(run.status_reason), *class_lines(run, with_dates=False)],
    )


def _again(run: CourseRun) -> Text:
    return Text(
        _("New dates: %(course)s") % {"course": run.course.title},
        [_("The class that was postponed takes place. Your sign-up stands."), *class_lines(run)],
    )


def venue_changed(run: CourseRun, before: str, *, by: Any) -> None:
    """Tell of the class's new place while there are sessions to come."""
    if run.status != _S.PUBLISHED or run.ends_at is None or run.ends_at <= timezone.now():
        return
    _tell(run, lambda: _moved_house(run, before), by, "class_changed", urgent=is_soon(run.starts_at, *_upcoming(run)))


def _moved_house(run: CourseRun, before: str) -> Text:
    where = {"old": before or _("not said"), "new": run.venue or _("not said")}
    return Text(
        _("New place: %(course)s") % {"course": run.course.title},
        [_("The place has changed from “%(old)s” to “%(new)s”.") % where, *class_lines(run)],
    )


# Sessions


def sessions_changed(run: CourseRun, before: Told, *, by: Any, also: Iterable[int] = ()) -> None:
    """Compare the sessions with what was told `before` and tell the difference, of sessions that are to come."""
    if run.status != _S.PUBLISHED:
        return
    now = told(run)
    pairs = [(before.get(pk), now.get(pk)) for pk in sorted(before.keys() | now.keys())]
    changed = [pair for pair in pairs if _matters(*pair)]
    if changed:
        starts = [facts[0] for pair in changed for facts in pair if facts]
        _tell(run, lambda: _changed(run, changed), by, "class_changed", urgent=is_soon(*starts), also=also)


def _matters(old: Any, new: Any) -> bool:
    """True if time or place differ (the topic may), and one of the two is still to come."""
    differs = _time_and_place(old) != _time_and_place(new)
    return differs and any(facts is not None and facts[1] > timezone.now() for facts in (old, new))


def _time_and_place(facts: Any) -> Any:
    return (facts[0], facts[1], facts[3]) if facts else None


def _changed(run: CourseRun, pairs: Iterable[tuple[Any, Any]]) -> Text:
    return Text(
        _("Sessions changed: %(course)s") % {"course": run.course.title},
        [*(_difference(run, old, new) for old, new in pairs), *class_lines(run, with_dates=False)],
    )


def _difference(run: CourseRun, old: Any, new: Any) -> str:
    if new is None:
        return _("Called off: %(time)s") % {"time": dates.span(old[0], old[1])}
    words = {"time": dates.span(new[0], new[1]), "place": new[3] or run.venue or _("not said")}
    if old is None:
        return _("Added: %(time)s, %(place)s") % words
    return _("%(old)s is now: %(time)s, %(place)s") % (words | {"old": dates.span(old[0], old[1])})


def session_cancelled(session: ClassSession, *, by: Any) -> None:
    """Tell that one session, which is to come, does not take place."""
    run = session.run
    if run.status == _S.PUBLISHED and session.ends_at > timezone.now():
        also = session.trainers.values_list("pk", flat=True)
        soon = is_soon(session.starts_at)
        _tell(run, lambda: _called_off(session), by, "session_cancelled", urgent=soon, also=also)


def _called_off(session: ClassSession) -> Text:
    time = dates.span(session.starts_at, session.ends_at)
    return Text(
        _("Session called off: %(course)s") % {"course": session.run.course.title},
        [
            _("This session does not take place: %(time)s") % {"time": time},
            reason_line(session.cancel_reason),
            *class_lines(session.run, with_dates=False),
        ],
    )


# For those who look after it


def below_minimum(run: CourseRun, *, taken: int, least: int, at: datetime.datetime | None = None) -> None:
    """Tell the office and the supervisor that too few people have signed up. Once for a class and a minimum."""
    people = User.objects.filter(Q(groups__name=BY_CODE["office"].name) | Q(pk=run.supervisor_id), is_active=True)
    rows = people.select_related("message_preferences").distinct()
    letters: list[Letter] = letters_to(
        rows,
        lambda _person: _too_few(run, taken, least),
        kind="below_minimum",
        key=f"below-minimum:{run.pk}:{least}",
        url=run_url(run),
    )
    post(letters=letters, at=at)


def _too_few(run: CourseRun, taken: int, least: int) -> Text:
    words = _("%(taken)d seats are taken; the class needs %(least)d.") % {"taken": taken, "least": least}
    return Text(
        _("Too few sign-ups: %(course)s") % {"course": run.course.title},
        [words, _("Please decide whether it takes place."), *class_lines(run)],
    )
