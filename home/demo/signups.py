"""Who signed up for which class, and when: through the same services as in real life, with moments in the past."""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from courses.models import ClassSession, CourseRun, Enrolment
from courses.services.enrolment import approve, enrol, withdraw
from home.demo import chance, quotas
from people.models import Membership, Unit, User

if TYPE_CHECKING:
    from home.demo.runs import Plan

EVENING_BEFORE = datetime.time(20, 0)
FIRST_HOUR, LAST_HOUR = 9, 21
UNDECIDED = 2  # requests that still wait for the office


def load(plan: Plan, run: CourseRun, office: User) -> None:
    """Sign people up in the order of their moments; then the office decides and some change their mind."""
    if "people" not in plan.details:
        return
    rng = chance.stream(f"signups {plan.row.class_no}")
    chosen = _choose(plan, run, rng)
    by_office = set(plan.details.get("office", []))
    moments = _moments(plan, len(chosen), rng)
    made = [
        enrol(person=person, run=run, by=office if person.work_number in by_office else person, at=moment)
        for person, moment in zip(chosen, moments, strict=True)
    ]
    _decide(plan, made, office)
    _withdraw(plan, made, rng)


def _choose(plan: Plan, run: CourseRun, rng: random.Random) -> list[User]:
    """Return the people in the order in which they sign up."""
    details = plan.details
    last = details.get("last", [])
    fixed = [*details.get("include", []), *details.get("office", [])]
    candidates = {person.work_number: person for person in quotas.within(plan, run, _eligible(plan, run), rng)}
    others = [work_no for work_no in candidates if work_no not in {*fixed, *last}]
    wanted = fixed + rng.sample(others, details["people"] - len(fixed) - len(last))
    rng.shuffle(wanted)
    return [candidates[work_no] for work_no in [*wanted, *last]]


def _eligible(plan: Plan, run: CourseRun) -> list[User]:
    """Everybody whom the class is for, except those who run it and those whom the file keeps away."""
    people = User.objects.exclude(work_number=None).filter(joined_on__lte=plan.opens_at).order_by("work_number")
    professions = run.professions.all() or run.course.professions.all()
    if professions:
        people = people.filter(professions__in=professions).distinct()
    if units := set(run.units.values_list("pk", flat=True)):
        members = Membership.objects.filter(end=None, unit__in=Unit.objects.with_descendants(units))
        people = people.filter(pk__in=members.values("person"))
    kept_away = {*plan.details.get("exclude", []), plan.details["supervisor"]}.union(*plan.details["trainers"])
    busy = Enrolment.objects.filter(run__course__code__in=plan.details.get("not_in", []))
    busy = busy.exclude(person__work_number__in=plan.details.get("office", []))
    people = people.exclude(work_number__in=kept_away).exclude(pk__in=busy.values("person"))
    return list(people.exclude(pk__in=_teaching_meanwhile(run)))


def _teaching_meanwhile(run: CourseRun) -> QuerySet[Any]:
    """Those who teach another class while this one meets."""
    mine = run.sessions.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    others = ClassSession.objects.filter(Exists(mine)).exclude(run=run)
    return ClassSession.trainers.through.objects.filter(classsession__in=others).values("user")  # type: ignore[no-any-return]


def _moments(plan: Plan, count: int, rng: random.Random) -> list[datetime.datetime]:
    """Moments within the sign-up window and before the load day, earlier days preferred."""
    assert plan.opens_at is not None  # noqa: S101 - only planned classes have no window
    assert plan.closes_at is not None  # noqa: S101 - as above
    until = min(plan.closes_at, plan.days.at(-1, EVENING_BEFORE))
    whole_days = (until.date() - plan.opens_at.date()).days
    found: set[datetime.datetime] = set()
    while len(found) < count:
        day = plan.opens_at.date() + datetime.timedelta(days=int(whole_days * rng.random() ** 1.4))
        time = datetime.time(rng.randint(FIRST_HOUR, LAST_HOUR), rng.randint(0, 59), rng.randint(0, 59))
        moment = datetime.datetime.combine(day, time, tzinfo=plan.opens_at.tzinfo)
        if plan.opens_at <= moment < until:
            found.add(moment)
    return sorted(found)


def _decide(plan: Plan, made: list[Enrolment], office: User) -> None:
    if plan.details.get("approval"):
        for enrolment in made[:-UNDECIDED]:
            next_day = enrolment.created_at + datetime.timedelta(days=1)
            approve(enrolment=enrolment, by=office, at=min(next_day, plan.days.at(-1, EVENING_BEFORE)))


def _withdraw(plan: Plan, made: list[Enrolment], rng: random.Random) -> None:
    fixed = {*plan.details.get("include", []), *plan.details.get("office", [])}
    free = [enrolment for enrolment in made if enrolment.person.work_number not in fixed]
    for enrolment in rng.sample(free, plan.details.get("withdrawn", 0)):
        at = min(enrolment.created_at + datetime.timedelta(hours=20), plan.days.at(-1, EVENING_BEFORE))
        withdraw(enrolment=enrolment, by=enrolment.person, reason="当晚另有工作安排", at=at)
