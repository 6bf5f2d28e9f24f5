"""The rules of sign-up: small functions over facts that were read once for one person and many runs.

Each rule returns None or a `Reason`; their order is the order in which a person is told. `docs/rules/enrolment.md`
lists every code with its sentence, its source and its test.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import CharField, F, QuerySet, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import RunStatus
from courses.models import ClassSession, CoursePage, CourseRun, Enrolment
from people.models import Unit, User


class Reason(NamedTuple):
    """Why not: a stable code and a sentence in the reader's language."""

    code: str
    message: str


@dataclass
class Facts:
    """What the rules look at, for one person and several runs; the number of queries does not depend on the runs."""

    person: User
    at: datetime.datetime
    professions: set[int] = field(default_factory=set)
    units_above: set[int] = field(default_factory=set)
    run_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    course_professions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_units: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    run_sessions: dict[int, list[ClassSession]] = field(default_factory=lambda: defaultdict(list))
    own_sessions: list[ClassSession] = field(default_factory=list)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)


def read_facts(person: User, runs: Iterable[CourseRun], at: datetime.datetime) -> Facts:
    """Read everything that the rules need to know of this person and these runs."""
    rows = list(runs)
    facts = Facts(person=person, at=at)
    facts.enrolments = {row.run_id: row for row in Enrolment.objects.active().filter(person=person).with_place()}
    _read_eligibility(facts, rows)
    _read_timetables(facts, rows)
    return facts


def _read_eligibility(facts: Facts, runs: list[CourseRun]) -> None:
    """Read for whom the runs and their courses are, and what the person is: one query, and two if units matter."""
    found: dict[str, dict[int, set[int]]] = {
        "person": defaultdict(set), "run": facts.run_professions, "course": facts.course_professions,
        "unit": facts.run_units,
    }  # fmt: skip
    pks, courses = [run.pk for run in runs], {run.course_id for run in runs}
    links = [
        _links("person", User.professions.through, "user_id", [facts.person.pk], "profession_id"),
        _links("run", CourseRun.professions.through, "courserun_id", pks, "profession_id"),
        _links("course", CoursePage.professions.through, "coursepage_id", courses, "profession_id"),
        _links("unit", CourseRun.units.through, "courserun_id", pks, "unit_id"),
    ]
    for kind, owner, pk in links[0].union(*links[1:], all=True):
        found[kind][owner].add(pk)
    facts.professions = found["person"][facts.person.pk]
    if facts.run_units:
        facts.units_above = _units_above(facts.person.unit)


def _links(kind: str, through: Any, owner: str, pks: Iterable[int], value: str) -> QuerySet[Any]:
    rows = through.objects.filter(**{f"{owner}__in": list(pks)}).order_by()
    return rows.annotate(  # type: ignore[no-any-return]  # a table of links without a class
        kind=Value(kind, output_field=CharField()), owner=F(owner), value=F(value)
    ).values_list("kind", "owner", "value")


def _units_above(unit: Unit | None) -> set[int]:
    """The unit itself and everything that it belongs to."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    found: set[int] = set()
    pk = unit.pk if unit else None
    while pk is not None and pk not in found:
        found.add(pk)
        pk = parents.get(pk)
    return found


def _read_timetables(facts: Facts, runs: list[CourseRun]) -> None:
    """Read when the classes meet. Nothing clashes with nothing: who has no class needs no timetable."""
    if not facts.enrolments:
        return
    wanted = {run.pk for run in runs} | set(facts.enrolments)
    sessions = ClassSession.objects.held().filter(run__in=wanted, ends_at__gt=facts.at)
    for session in sessions.select_related("run__course"):
        facts.run_sessions[session.run_id].append(session)
        if session.run_id in facts.enrolments and session.run.status == RunStatus.PUBLISHED:
            facts.own_sessions.append(session)


def day_and_time(moment: datetime.datetime) -> str:
    """Return a moment as people here say it, in Shanghai time: 12月1日 09:00."""
    local = timezone.localtime(moment)
    return date_format(local, _("M j, H:i"))


def published(facts: Facts, run: CourseRun) -> Reason | None:
    if run.status == RunStatus.CANCELLED:
        return Reason("cancelled", _("This class was cancelled."))
    if run.status == RunStatus.POSTPONED:
        return Reason("postponed", _("This class was postponed; new dates will be announced."))
    if run.status in (RunStatus.CONCLUDED, RunStatus.ARCHIVED):
        return Reason("finished", _("This class is over."))
    if run.status != RunStatus.PUBLISHED or not run.course.live:
        return Reason("not_published", _("This class is not open for sign-up yet."))
    return None


def active_account(facts: Facts, run: CourseRun) -> Reason | None:
    if not facts.person.is_active:
        return Reason("account_inactive", _("This account is switched off; ask the training office."))
    return None


def within_window(facts: Facts, run: CourseRun) -> Reason | None:
    if run.status != RunStatus.PUBLISHED:
        return None  # said by `published` already
    if run.starts_at is not None and run.starts_at <= facts.at:
        return Reason("begun", _("The class has begun; sign-up is over."))
    if run.sign_up_opens_at is None or run.sign_up_opens_at > facts.at:
        return Reason("not_open_yet", _opens(run))
    if run.sign_up_closes_at is None or run.sign_up_closes_at <= facts.at:
        moment = day_and_time(run.sign_up_closes_at)  # type: ignore[arg-type]  # a published class has both
        return Reason("closed", _("Sign-up closed on %(moment)s.") % {"moment": moment})
    return None


def _opens(run: CourseRun) -> str:
    if run.sign_up_opens_at is None:
        return _("This class is not open for sign-up yet.")
    return _("Sign-up opens on %(moment)s.") % {"moment": day_and_time(run.sign_up_opens_at)}


def right_profession(facts: Facts, run: CourseRun) -> Reason | None:
    wanted = facts.run_professions.get(run.pk) or facts.course_professions.get(run.course_id)
    if wanted and not wanted & facts.professions:
        return Reason("wrong_profession", _("This class is for other professions than yours."))
    return None


def right_unit(facts: Facts, run: CourseRun) -> Reason | None:
    wanted = facts.run_units.get(run.pk)
    if wanted and not wanted & facts.units_above:
        return Reason("wrong_unit", _("This class is for other units than yours."))
    return None


def no_clash(facts: Facts, run: CourseRun) -> Reason | None:
    """One person sits in one class at a time; classes that he waits for count too."""
    for session in facts.run_sessions.get(run.pk, []):
        for own in facts.own_sessions:
            if own.run_id != run.pk and own.starts_at < session.ends_at and own.ends_at > session.starts_at:
                return Reason("clash", _clash(own))
    return None


def _clash(own: ClassSession) -> str:
    return _("Clashes with “%(course)s” on %(moment)s.") % {
        "course": own.run.course.title,
        "moment": day_and_time(own.starts_at),
    }


def has_room(facts: Facts, run: CourseRun) -> Reason | None:
    if not run.free_seats and not run.waitlist_enabled and not run.approval_required:
        return Reason("full", _("All seats are taken and this class keeps no waiting list."))
    return None


Rule = Callable[[Facts, CourseRun], Reason | None]
RULES: tuple[Rule, ...] = (
    active_account,
    published,
    within_window,
    right_profession,
    right_unit,
    no_clash,
    has_room,
)
# What the office may set aside when it signs somebody else up. Seats and eligibility are never set aside.
WAIVABLE = frozenset({"not_open_yet", "closed", "begun", "clash"})
CODES = frozenset(
    {
        "account_inactive", "cancelled", "postponed", "finished", "not_published", "begun", "not_open_yet", "closed",
        "wrong_profession", "wrong_unit", "clash", "full",
    }
)  # fmt: skip
