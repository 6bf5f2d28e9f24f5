"""Lists of units: classes open for them, one list with what became of each person, what waits for whom."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from courses.enums import NominationStatus, RunStatus
from courses.models import CourseRun, Enrolment, Nomination, NominationEntry, RunQuota
from people.models import Unit


@dataclass(frozen=True)
class OpenList:
    """One class and one unit that may hand in a list for it. `quotas` are the unit's own."""

    run: CourseRun
    unit: Unit
    quotas: list[RunQuota]
    nomination: Nomination | None

    @property
    def may_change(self) -> bool:
        """Whether a table may still be read into the list."""
        handed_in = (NominationStatus.SUBMITTED, NominationStatus.DECIDED)
        return self.nomination is None or self.nomination.status not in handed_in

    @property
    def deadline(self) -> datetime.datetime | None:
        """Until when the unit's seats are kept, or sign-up closes, whichever comes first."""
        until = self.run.quota_until if self.quotas else None
        return min(moment for moment in (until, self.run.sign_up_closes_at) if moment)


def open_lists(runs: QuerySet[CourseRun], units: Collection[int], own: Unit | None, at: datetime.datetime) -> Any:
    """Classes among `runs` for which one of the units may hand in a list now, soonest first. Four queries.

    A class is there if units nominate for it alone, or if it keeps seats for one of the units.
    """
    wanted = Q(nomination_only=True) | Q(quotas__unit__in=units) | Q(nominations__unit__in=units)
    chosen = runs.filter(
        wanted, status=RunStatus.PUBLISHED, sign_up_opens_at__lte=at, sign_up_closes_at__gt=at, course__live=True
    )
    rows = CourseRun.objects.filter(pk__in=chosen.values("pk")).select_related("course")
    quotas = RunQuota.objects.filter(run__in=chosen.values("pk"), unit__in=units)
    lists = Nomination.objects.filter(run__in=chosen.values("pk"), unit__in=units)
    by_unit: dict[tuple[int, int], tuple[Unit, list[RunQuota], list[Nomination]]] = {}
    for quota in quotas.select_related("unit", "profession"):
        by_unit.setdefault((quota.run_id, quota.unit_id), (quota.unit, [], []))[1].append(quota)
    for nomination in lists.select_related("unit"):
        by_unit.setdefault((nomination.run_id, nomination.unit_id), (nomination.unit, [], []))[2].append(nomination)
    found = []
    for run in rows.order_by("sign_up_closes_at", "pk"):
        if own is not None:
            by_unit.setdefault((run.pk, own.pk), (own, [], []))
        for (run_id, _unit), (unit, kept, made) in by_unit.items():
            if run_id == run.pk:
                found.append(OpenList(run, unit, kept, made[0] if made else None))
    return found


@dataclass(frozen=True)
class Line:
    """One person of a list, and the enrolment that came of it."""

    entry: NominationEntry
    enrolment: Enrolment | None


def lines(nomination: Nomination) -> list[Line]:
    """Everybody on the list, in the unit's order. Two queries.

    The enrolment is the one that this list made, or the standing one of the class if there was one before.
    """
    entries = list(nomination.entries.select_related("person"))
    people = [entry.person_id for entry in entries]
    made = Enrolment.objects.filter(Q(nomination=nomination) | Q(run=nomination.run_id), person__in=people)
    found: dict[int, Enrolment] = {}
    for row in made.with_place().order_by("pk"):
        if row.nomination_id == nomination.pk or row.is_active:
            found[row.person_id] = row
    return [Line(entry, found.get(entry.person_id)) for entry in entries]


def counted(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """The lists with the number of people on each as `people`."""
    return nominations.annotate(people=Count("entries"))


def to_decide(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    return nominations.filter(status=NominationStatus.SUBMITTED)


def to_sign(nominations: QuerySet[Nomination], person: Any) -> QuerySet[Nomination]:
    """Lists with somebody on them that a second person may sign off, while sign-up is open."""
    drafts = nominations.filter(
        status__in=(NominationStatus.DRAFT, NominationStatus.RETURNED), run__status=RunStatus.PUBLISHED
    )
    return drafts.filter(entries__isnull=False).exclude(drafted_by=person).distinct()
