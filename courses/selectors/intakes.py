"""What the next intake of a class would look like: dates, sign-up window, and whom or what it would clash with."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from core.recurrence import carry_over
from core.workdays import ONE_DAY, SATURDAY, Calendar
from courses.enums import RunStatus
from courses.models import ClassSession, CourseRun
from people.models import User

# Without a sign-up window to follow: habits of the bureau's announcements, in workdays before the first day.
OPENS, CLOSES = (-20, datetime.time(9, 0)), (-2, datetime.time(17, 30))
LEAD = datetime.timedelta(weeks=4)
SLEEPING = (RunStatus.CANCELLED, RunStatus.POSTPONED)


@dataclass
class PlannedSession:
    """One sitting to be. `left_out` are trainers of the old one whose accounts are switched off."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    topic: str
    venue: str
    place: str
    trainers: list[User]
    left_out: list[User] = field(default_factory=list)
    avoided: tuple[str, ...] = ()

    @property
    def day(self) -> datetime.date:
        return timezone.localtime(self.starts_at).date()


@dataclass
class IntakePlan:
    """The next intake of `run` from `first_day`; nothing is stored yet. `guessed_years` have no announced holidays."""

    run: CourseRun
    first_day: datetime.date
    sessions: list[PlannedSession]
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    guessed_years: list[int]


@dataclass(frozen=True)
class Clash:
    """A planned session that shares its time, and a room or a trainer, with a session of another class."""

    planned: PlannedSession
    other: ClassSession
    trainers: tuple[str, ...] = ()

    @property
    def is_venue(self) -> bool:
        return not self.trainers


def plan_intake(run: CourseRun, first_day: datetime.date, calendar: Calendar) -> IntakePlan:
    """Carry the held sessions of the run over to the first day. Two queries."""
    held = list(run.sessions.held().prefetch_related("trainers"))
    old_days = sorted({_day(session.starts_at) for session in held})
    carried = dict(zip(old_days, carry_over(old_days, first_day, calendar), strict=True))
    sessions = []
    for session in held:
        new = carried[_day(session.starts_at)]
        planned = _planned(session, run, new.day)
        planned.avoided = new.avoided
        sessions.append(planned)
    opens_at, closes_at = _window(run, first_day, calendar)
    years = {first_day.year, *(planned.day.year for planned in sessions)}
    guessed = sorted(year for year in years if not calendar.is_announced(year))
    return IntakePlan(run, first_day, sessions, opens_at, closes_at, guessed)


def suggest_first_day(run: CourseRun, today: datetime.date, calendar: Calendar) -> datetime.date:
    """Return the same weekday as last time, four weeks from now or from the end of the class, not on a holiday."""
    begins = _day(run.starts_at) if run.starts_at else today
    day = max(today, _day(run.ends_at) if run.ends_at else today) + LEAD
    if begins.weekday() >= SATURDAY:
        return calendar.shift(day, 0)
    while day.weekday() != begins.weekday() or not calendar.is_workday(day):
        day += ONE_DAY
    return day


def clashes(plan: IntakePlan) -> list[Clash]:
    """Return who or what is taken at those times. Two queries; postponed and cancelled classes do not count."""
    if not plan.sessions:
        return []
    first, last = min(s.starts_at for s in plan.sessions), max(s.ends_at for s in plan.sessions)
    others = ClassSession.objects.held().overlapping(first, last).exclude(run__status__in=SLEEPING)
    near = list(others.select_related("run__course").prefetch_related("trainers"))
    return [clash for planned in plan.sessions for clash in _clashes_of(planned, near)]


def _clashes_of(planned: PlannedSession, near: Sequence[ClassSession]) -> list[Clash]:
    found = []
    names = {person.pk: str(person) for person in planned.trainers}
    for other in near:
        if not (other.starts_at < planned.ends_at and other.ends_at > planned.starts_at):
            continue
        if planned.place and other.place == planned.place:
            found.append(Clash(planned, other))
        busy = tuple(names[person.pk] for person in other.trainers.all() if person.pk in names)
        if busy:
            found.append(Clash(planned, other, busy))
    return found


def _planned(session: ClassSession, run: CourseRun, day: datetime.date) -> PlannedSession:
    starts_at = _at(day, timezone.localtime(session.starts_at).time())
    trainers = list(session.trainers.all())
    return PlannedSession(
        starts_at=starts_at,
        ends_at=starts_at + (session.ends_at - session.starts_at),
        topic=session.topic,
        venue=session.venue,
        place=session.venue or run.venue,
        trainers=[person for person in trainers if person.is_active],
        left_out=[person for person in trainers if not person.is_active],
    )


def _window(
    run: CourseRun, first_day: datetime.date, calendar: Calendar
) -> tuple[datetime.datetime, datetime.datetime]:
    """When sign-up opens and closes: as many workdays before the first day as last time, at the same hour."""
    moments = []
    for moment, usual in ((run.sign_up_opens_at, OPENS), (run.sign_up_closes_at, CLOSES)):
        offset, time = usual
        if moment and run.starts_at:
            offset, time = calendar.distance(_day(run.starts_at), _day(moment)), timezone.localtime(moment).time()
        moments.append(_at(calendar.shift(first_day, offset) if offset else first_day, time))
    opens_at, closes_at = moments
    return opens_at, max(closes_at, opens_at + ONE_DAY)


def _day(moment: datetime.datetime) -> datetime.date:
    return timezone.localtime(moment).date()


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time.replace(second=0, microsecond=0)))
