"""What the rules of sign-up look at, read once for one person and many runs: six queries at most.

The rules themselves stand in `services.rules`.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from core.freshness import kept
from courses.enums import EnrolmentStatus, RunStatus, Way
from courses.models import BusyTime, ClassSession, CoursePage, CoursePrerequisite, CourseRun, Enrolment, RunQuota
from people.models import Membership, Unit, User

NO_TEXT = Value("")


@dataclass
class Facts:
    """One person, several runs, one moment. Keys are ids of runs, unless the name says courses."""

    person: User
    at: datetime.datetime
    way: Way = Way.SELF
    professions: set[int] = field(default_factory=set)
    units_above: list[int] = field(default_factory=list)
    run_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_first: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    course_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    course_needs: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    run_units: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_quotas: dict[int, list[RunQuota]] = field(default_factory=lambda: defaultdict(list))
    run_sessions: dict[int, list[ClassSession]] = field(default_factory=lambda: defaultdict(list))
    own_sessions: list[ClassSession] = field(default_factory=list)
    taught_sessions: list[ClassSession] = field(default_factory=list)
    busy_times: list[BusyTime] = field(default_factory=list)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)

    def quota(self, run: CourseRun) -> RunQuota | None:
        """The quota from which this person may take a seat; None if there is none or it is used up."""
        return match(self.run_quotas.get(run.pk, []), self.units_above, self.professions)

    def rank(self, run: CourseRun) -> int:
        """0 if the run lets one of the person's professions wait in front, else 1."""
        return 0 if self.run_first.get(run.pk, set()) & self.professions else 1

    def completed(self) -> list[Enrolment]:
        return [row for row in self.enrolments.values() if row.status == EnrolmentStatus.COMPLETED]


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


def read_facts(person: User, runs: Iterable[CourseRun], at: datetime.datetime, way: Way = Way.SELF) -> Facts:
    """Read everything that the rules need to know of this person and these runs."""
    rows = list(runs)
    facts = Facts(person=person, at=at, way=way)
    standing = Enrolment.objects.active().filter(person=person).with_place().select_related("run__course")
    facts.enrolments = {row.run_id: row for row in standing}
    _read_links(facts, rows)
    _read_quotas(facts, rows)
    _read_timetables(facts, rows)
    return facts


def _read_links(facts: Facts, runs: list[CourseRun]) -> None:
    """Read for whom the runs and their courses are, and what the person is: one query, and the tree if units matter."""
    found: dict[str, dict[int, Any]] = {
        "person": defaultdict(set), "member": defaultdict(set), "run": facts.run_professions,
        "first": facts.run_first, "course": facts.course_professions, "unit": facts.run_units,
    }  # fmt: skip
    links = _all_links(facts, [run.pk for run in runs], {run.course_id for run in runs})
    for kind, owner, pk, text in links[0].union(*links[1:], all=True):
        if kind == "needs":
            facts.course_needs[owner][pk] = text
        else:
            found[kind][owner].add(pk)
    facts.professions = found["person"][facts.person.pk]
    if facts.run_units or any(run.seats_held for run in runs):
        facts.units_above = units_above(next(iter(found["member"][facts.person.pk]), None))


def _all_links(facts: Facts, runs: list[int], courses: set[int]) -> list[QuerySet[Any]]:
    person, day = [facts.person.pk], timezone.localdate(facts.at)
    return [
        _links("person", User.professions.through.objects, "user_id", person, "profession_id"),
        _links("member", Membership.objects.current(day), "person_id", person, "unit_id"),
        _links("run", CourseRun.professions.through.objects, "courserun_id", runs, "profession_id"),
        _links("first", CourseRun.first_professions.through.objects, "courserun_id", runs, "profession_id"),
        _links("course", CoursePage.professions.through.objects, "coursepage_id", courses, "profession_id"),
        _links("unit", CourseRun.units.through.objects, "courserun_id", runs, "unit_id"),
        _links("needs", CoursePrerequisite.objects, "page_id", courses, "course_id", F("course__title")),
    ]


def _links(kind: str, rows: Any, owner: str, pks: Iterable[int], value: str, text: Any = NO_TEXT) -> QuerySet[Any]:
    found = rows.filter(**{f"{owner}__in": list(pks)}).order_by()
    named = found.annotate(kind=Value(kind, output_field=CharField()), owner=F(owner), value=F(value), text=text)
    return named.values_list("kind", "owner", "value", "text")  # type: ignore[no-any-return]  # a table of links


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


def _read_timetables(facts: Facts, runs: list[CourseRun]) -> None:
    """Read when the classes meet, and when the person sits in, teaches or is kept by something else."""
    facts.busy_times = list(BusyTime.objects.after(facts.at).filter(person=facts.person))
    wanted = {run.pk for run in runs} | set(facts.enrolments)
    through = ClassSession.trainers.through.objects.filter(classsession=OuterRef("pk"), user=facts.person.pk)
    sessions = ClassSession.objects.held().annotate(is_taught=Exists(through))
    sessions = sessions.filter(Q(run__in=wanted) | Q(is_taught=True), ends_at__gt=facts.at)
    for session in sessions.select_related("run__course"):
        facts.run_sessions[session.run_id].append(session)
        if session.run.status != RunStatus.PUBLISHED:
            continue
        if session.run_id in facts.enrolments:
            facts.own_sessions.append(session)
        if session.is_taught:
            facts.taught_sessions.append(session)
