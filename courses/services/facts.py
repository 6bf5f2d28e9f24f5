"""What the rules of sign-up look at, read once for one person and many runs: five queries at most.

The rules themselves stand in `services.rules`. Hundreds sign up in one minute, so no more columns are read than the
rules look at.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, OuterRef, Q, Subquery
from django.utils import timezone
from wagtail.models import Page

from core.freshness import kept
from courses.enums import ENDED, EnrolmentStatus, RunStatus, Way
from courses.models import BusyTime, ClassSession, CoursePage, CoursePrerequisite, CourseRun, Enrolment, RunQuota
from people.models import Membership, Unit, User

LAST_RANK = 1  # behind everybody who waits already


class Standing(NamedTuple):
    """An active enrolment of the person, with what the rules ask of its run."""

    pk: int
    status: str
    run_id: int
    class_no: str
    run_status: str
    year: int
    course_id: int
    hours: Decimal


# Plain SQL, as for the links below: to build these anew for everybody who signs up took longer than to ask them.
STANDING = f"""
    SELECT enrolment.id, enrolment.status, run.id, run.class_no, run.status, run.year, run.course_id, course.hours
    FROM {Enrolment._meta.db_table} AS enrolment
    JOIN {CourseRun._meta.db_table} AS run ON run.id = enrolment.run_id
    JOIN {CoursePage._meta.db_table} AS course ON course.page_ptr_id = run.course_id
    WHERE enrolment.person_id = %s AND enrolment.status NOT IN ({", ".join(["%s"] * len(ENDED))})
"""  # noqa: S608, SLF001 - own names


def standing_of(row: Enrolment) -> Standing:
    """The same of an enrolment that was read with its run and course."""
    run = row.run
    return Standing(row.pk, row.status, row.run_id, run.class_no, run.status, run.year, run.course_id, run.course.hours)


class Meeting(NamedTuple):
    """A session that is to come, with what the rules ask of its run."""

    pk: int
    run_id: int
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    run_status: str
    title: str
    busy_with: str | None = None  # the kind of an engagement of the person at that hour
    busy_from: datetime.datetime | None = None


MEETING = ("pk", "run_id", "starts_at", "ends_at", "run__status", "run__course__title")


@dataclass
class Facts:
    """One person, several runs, one moment. Keys are ids of runs, unless the name says courses."""

    person: User
    at: datetime.datetime
    way: Way = Way.SELF
    professions: set[int] = field(default_factory=set)
    taught: set[int] = field(default_factory=set)  # ids of sessions
    unit_id: int | None = None
    units_above: list[int] = field(default_factory=list)
    run_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_first: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    course_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    course_needs: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    run_units: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_quotas: dict[int, list[RunQuota]] = field(default_factory=lambda: defaultdict(list))
    run_sessions: dict[int, list[Meeting]] = field(default_factory=lambda: defaultdict(list))
    own_sessions: list[Meeting] = field(default_factory=list)
    taught_sessions: list[Meeting] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)  # of the judged runs alone

    def quota(self, run: CourseRun) -> RunQuota | None:
        """The quota from which this person may take a seat; None if there is none or it is used up."""
        return match(self.run_quotas.get(run.pk, []), self.units_above, self.professions)

    def rank(self, run: CourseRun) -> int:
        """0 if the run lets one of the person's professions wait in front, else the last rank."""
        return 0 if self.run_first.get(run.pk, set()) & self.professions else LAST_RANK

    def completed(self) -> list[Standing]:
        return [row for row in self.standing if row.status == EnrolmentStatus.COMPLETED]


def match(quotas: Iterable[RunQuota], units_above: list[int], professions: set[int]) -> RunQuota | None:
    """The quota of the nearest unit above the person that still has seats; one for the profession goes first."""
    fitting = [
        quota
        for quota in quotas
        if quota.unused > 0
        and quota.unit_id in units_above
        and (quota.profession_id is None or quota.profession_id in professions)
    ]
    nearest = sorted(fitting, key=lambda quota: (units_above.index(quota.unit_id), quota.profession_id is None))
    return nearest[0] if nearest else None


def read_facts(
    person: User, runs: Iterable[CourseRun], at: datetime.datetime, way: Way = Way.SELF, *, to_show: bool = True
) -> Facts:
    """Read everything that the rules need to know of this person and these runs.

    With `to_show` also what only a page says: the place in the queue, and what warns without hindering.
    """
    rows = list(runs)
    facts = Facts(person=person, at=at, way=way)
    _read_standing(facts, rows, to_show)
    _read_links(facts, rows)
    _read_quotas(facts, rows)
    _read_timetables(facts, rows, to_show)
    return facts


def _read_standing(facts: Facts, runs: list[CourseRun], to_show: bool) -> None:
    """Read where the person is enrolled; of the judged runs the enrolments themselves."""
    facts.standing = _standing(facts.person)
    judged = {run.pk for run in runs}
    found = [row.pk for row in facts.standing if row.run_id in judged]
    if found:
        rows = Enrolment.objects.filter(pk__in=found).select_related("run__course")
        facts.enrolments = {row.run_id: row for row in (rows.with_place() if to_show else rows)}


def _standing(person: User) -> list[Standing]:
    """As `Enrolment.objects.active()` of the person."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [person.pk, *ENDED])
        return [Standing(*row)._replace(hours=Decimal(str(row[-1]))) for row in cursor.fetchall()]


def _read_links(facts: Facts, runs: list[CourseRun]) -> None:
    """Read for whom the runs and their courses are, and what the person is: one query, and the tree if it matters."""
    own: dict[str, dict[int, set[int]]] = {kind: defaultdict(set) for kind in ("person", "member", "taught")}
    found = {
        "run": facts.run_professions, "first": facts.run_first, "course": facts.course_professions,
        "unit": facts.run_units, **own,
    }  # fmt: skip
    for kind, owner, pk, text in _all_links(facts, [run.pk for run in runs], {run.course_id for run in runs}):
        if kind == "needs":
            facts.course_needs[owner][pk] = text
        else:
            found[kind][owner].add(pk)
    facts.professions, facts.taught = own["person"][facts.person.pk], own["taught"][facts.person.pk]
    facts.unit_id = next(iter(own["member"][facts.person.pk]), None)
    if facts.run_units or any(run.seats_held for run in runs):
        facts.units_above = units_above(facts.unit_id)


def _all_links(facts: Facts, runs: Iterable[int], courses: Iterable[int]) -> list[tuple[str, int, int, str]]:
    """Rows (kind, owner, what it is linked to, its title). Plain SQL: to build it anew took longer than to ask it."""
    person = [facts.person.pk]
    parts = [
        _links("person", User.professions.through, "user_id", "profession_id", person),
        _links("taught", ClassSession.trainers.through, "user_id", "classsession_id", person),
        _links("run", CourseRun.professions.through, "courserun_id", "profession_id", runs),
        _links("first", CourseRun.first_professions.through, "courserun_id", "profession_id", runs),
        _links("course", CoursePage.professions.through, "coursepage_id", "profession_id", courses),
        _links("unit", CourseRun.units.through, "courserun_id", "unit_id", runs),
        _current_unit(person, timezone.localdate(facts.at)),
        _needs(courses),
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _ in parts), [value for _, values in parts for value in values])
        return cursor.fetchall()


def _links(kind: str, through: type[Model], owner: str, value: str, pks: Iterable[int]) -> tuple[str, list[Any]]:
    table, owners = through._meta.db_table, list(pks) or [0]  # noqa: SLF001
    marks = ", ".join(["%s"] * len(owners))
    return f"SELECT '{kind}', {owner}, {value}, '' FROM {table} WHERE {owner} IN ({marks})", owners  # noqa: S608 - own names


def _current_unit(person: list[int], day: datetime.date) -> tuple[str, list[Any]]:
    """As `Membership.objects.current(day)`."""
    sql, values = _links("member", Membership, "person_id", "unit_id", person)
    date = connection.ops.adapt_datefield_value(day)
    return f'{sql} AND "start" <= %s AND ("end" IS NULL OR "end" >= %s)', [*values, date, date]


def _needs(courses: Iterable[int]) -> tuple[str, list[Any]]:
    sql, values = _links("needs", CoursePrerequisite, "page_id", "course_id", courses)
    pages = Page._meta.db_table  # noqa: SLF001
    return sql.replace("''", f"(SELECT title FROM {pages} WHERE id = course_id)"), values  # noqa: S608 - own names


def unit_parents() -> dict[int, int | None]:
    """To which unit each one belongs directly."""
    return kept("unit-parents", lambda: dict(Unit.objects.values_list("pk", "parent_id")))


def units_above(unit_id: int | None, parents: dict[int, int | None] | None = None) -> list[int]:
    """The unit itself and everything that it belongs to, from the bottom up. Who asks often brings the parents."""
    parents = unit_parents() if parents is None else parents
    chain: list[int] = []
    while unit_id is not None and unit_id not in chain:
        chain.append(unit_id)
        unit_id = parents.get(unit_id)
    return chain


def _read_quotas(facts: Facts, runs: list[CourseRun]) -> None:
    held = [run.pk for run in runs if run.seats_held]
    if held and facts.units_above:
        for quota in RunQuota.objects.filter(run__in=held, unit__in=facts.units_above):
            facts.run_quotas[quota.run_id].append(quota)


def _read_timetables(facts: Facts, runs: list[CourseRun], to_show: bool) -> None:
    """Read when the classes meet, and when the person sits in, teaches or is taken."""
    own = {row.run_id for row in facts.standing}
    if not (to_show or own or facts.taught):
        return  # nothing that a class could clash with
    wanted = Q(run__in={run.pk for run in runs} | own) | Q(pk__in=facts.taught)
    sessions = ClassSession.objects.held().filter(wanted, ends_at__gt=facts.at).order_by("starts_at", "pk")
    columns: tuple[str, ...] = MEETING
    if to_show:
        sessions, columns = sessions.annotate(**_engagement(facts.person)), (*MEETING, "busy_with", "busy_from")
    for meeting in (Meeting(*row) for row in sessions.values_list(*columns)):
        facts.run_sessions[meeting.run_id].append(meeting)
        if meeting.run_status != RunStatus.PUBLISHED:
            continue
        if meeting.run_id in own:
            facts.own_sessions.append(meeting)
        if meeting.pk in facts.taught:
            facts.taught_sessions.append(meeting)


def _engagement(person: User) -> dict[str, Subquery]:
    """The first engagement of the person that overlaps a session: what it is, from when."""
    at_that_hour = BusyTime.objects.filter(
        person=person, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    ).order_by("starts_at", "pk")
    return {
        "busy_with": Subquery(at_that_hour.values("kind")[:1]),
        "busy_from": Subquery(at_that_hour.values("starts_at")[:1]),
    }
