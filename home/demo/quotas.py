"""Seats kept for units (名额分配) in the class for which the file says so."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from django.utils import timezone

from courses.models import CourseRun
from courses.services.facts import match, units_above
from courses.services.quotas import Share, set_quotas
from home.demo import source
from people.models import Profession, Unit, User

if TYPE_CHECKING:
    from home.demo.runs import Plan

RESERVE = "预留"


def load(plan: Plan, run: CourseRun, office: User) -> None:
    """Set the quotas and the reserve of the class, if the file holds any."""
    rows = [row for row in source.rows("quotas") if row["class_no"] == plan.row.class_no]
    if not rows:
        return
    reserve = sum(int(row["quota"]) for row in rows if row["unit"] == RESERVE)
    units = {unit.name: unit for unit in Unit.objects.all()}
    professions = {row.name: row for row in Profession.objects.all()}
    shares = [
        Share(unit=units[row["unit"]], seats=int(row["quota"]), profession=professions.get(row["profession"]))
        for row in rows
        if row["unit"] != RESERVE
    ]
    set_quotas(run=run, shares=shares, reserve=reserve, by=office)


def within(plan: Plan, run: CourseRun, people: list[User], rng: random.Random) -> list[User]:
    """Return those for whom a unit still has a seat, taking them by chance; everybody if nothing is kept.

    Nobody of the units that the file spares: their quotas stay for those who try the demo.
    """
    quotas = [row for row in run.quotas.select_related("unit") if row.unit.name not in plan.details.get("spare", [])]
    if not quotas:
        return people
    day, found = timezone.localdate(plan.opens_at), []
    for person in rng.sample(people, len(people)):
        unit, professions = person.unit_on(day), {row.pk for row in person.professions.all()}
        quota = match(quotas, units_above(unit.pk if unit else None), professions)
        if quota is not None:
            quota.taken += 1
            found.append(person)
    return sorted(found, key=lambda person: person.work_number or "")
