"""The same facts as in `services.facts`, for many people and one run: a number of queries that does not follow them.

A test holds both readings together. What people entered about their engagements is left out: only they see it.
"""

from __future__ import annotations

import copy
import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from courses.enums import RunStatus, Way
from courses.models import ClassSession, CourseRun, Enrolment
from courses.services.facts import MEETING, Facts, Meeting, read_facts, standing_of, unit_parents, units_above
from people.models import Membership, User


def read_facts_of_people(
    people: Iterable[User], run: CourseRun, at: datetime.datetime, way: Way = Way.SELF
) -> dict[int, Facts]:
    """Return facts by user id. What concerns the run alone is read once, with an unsaved person of no unit."""
    persons = {person.pk: person for person in people}
    about_run = _about_run(run, at, way)
    found = {pk: _of(person, about_run) for pk, person in persons.items()}
    _read_professions(found)
    _read_units(found, run, at)
    _read_enrolments(found)
    _read_sessions(found, at)
    return found


def _about_run(run: CourseRun, at: datetime.datetime, way: Way) -> Facts:
    facts = read_facts(User(pk=0), [run], at, way)
    if run.seats_held:
        facts.run_quotas[run.pk] = list(run.quotas.all())
    return facts


def _of(person: User, about_run: Facts) -> Facts:
    """A copy for one person; the rows of the run are shared, nobody changes them."""
    facts = copy.copy(about_run)
    facts.person, facts.professions, facts.units_above, facts.enrolments = person, set(), [], {}
    facts.standing, facts.own_sessions, facts.taught_sessions = [], [], []
    return facts


def _read_professions(found: dict[int, Facts]) -> None:
    links = User.professions.through.objects.filter(user__in=found)
    for person, profession in links.values_list("user_id", "profession_id"):
        found[person].professions.add(profession)


def _read_units(found: dict[int, Facts], run: CourseRun, at: datetime.datetime) -> None:
    if not run.seats_held and not any(facts.run_units for facts in found.values()):
        return
    parents = unit_parents()
    current = Membership.objects.current(timezone.localdate(at)).filter(person__in=found)
    for person, unit in current.values_list("person_id", "unit_id"):
        found[person].units_above = units_above(unit, parents)


def _read_enrolments(found: dict[int, Facts]) -> None:
    standing = Enrolment.objects.active().filter(person__in=found).with_place().select_related("run__course")
    for row in standing:
        found[row.person_id].enrolments[row.run_id] = row
        found[row.person_id].standing.append(standing_of(row))


def _read_sessions(found: dict[int, Facts], at: datetime.datetime) -> None:
    """Sessions to come of the classes in which these people sit or teach."""
    teachers = _teachers(found)
    by_run: dict[int, set[int]] = defaultdict(set)
    for person, facts in found.items():
        for taken in facts.standing:
            by_run[taken.run_id].add(person)
    sessions = ClassSession.objects.held().filter(ends_at__gt=at, run__status=RunStatus.PUBLISHED)
    concerned = sessions.filter(run__in=by_run) | sessions.filter(pk__in=teachers)
    for meeting in (Meeting(*row) for row in concerned.values_list(*MEETING)):
        for person in by_run.get(meeting.run_id, ()):
            found[person].own_sessions.append(meeting)
        for person in teachers.get(meeting.pk, ()):
            found[person].taught_sessions.append(meeting)


def _teachers(found: dict[int, Facts]) -> dict[int, list[int]]:
    links = ClassSession.trainers.through.objects.filter(user__in=found)
    teachers: dict[int, list[int]] = defaultdict(list)
    for session, person in links.values_list("classsession_id", "user_id"):
        teachers[session].append(person)
    return teachers
