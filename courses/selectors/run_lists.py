"""The rows of the tables that the office prints for one class. Each list takes a constant number of queries."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from courses.models import CourseRun, Enrolment, Nomination, NominationEntry, RunQuota
from people.models import User


def roster_rows(run: CourseRun, enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Who is on the roster, unit by unit."""
    rows = enrolments.filter(run=run).on_roster()  # type: ignore[attr-defined]
    return _with_people(rows).order_by("unit__position", "unit__name", "person__pinyin", "pk")


def queue_rows(run: CourseRun, enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Who waits, in the order in which seats are offered."""
    return _with_people(enrolments.filter(run=run).with_place().waiting())  # type: ignore[attr-defined]


def quota_rows(run: CourseRun) -> QuerySet[RunQuota]:
    """The shares of the units."""
    return RunQuota.objects.filter(run=run).select_related("unit", "profession")


def list_rows(nomination: Nomination) -> tuple[QuerySet[NominationEntry], dict[int, str]]:
    """Whom a unit has named, in its order; and what became of each, by person."""
    people = User.objects.with_unit().prefetch_related("professions")
    entries = nomination.entries.prefetch_related(Prefetch("person", people))
    became = {row.person_id: str(row.get_status_display()) for row in nomination.enrolments.order_by("pk")}
    return entries, became


def _with_people(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.select_related("person", "unit").prefetch_related("person__professions")
