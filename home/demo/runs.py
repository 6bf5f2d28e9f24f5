"""The sixteen classes: dates from the load day, sessions, trainers, who may come. Made through the services."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from courses.models import ClassSession, CoursePage, CourseRun
from courses.services import minimums
from courses.services import runs as run_services
from courses.services.schedule import save_schedule
from home.demo import attendance, nominations, quotas, signups, source
from home.demo.source import RunRow
from home.demo.workdays import Workdays
from people.models import Profession, Unit, User

SIGN_UP_FROM, SIGN_UP_UNTIL = datetime.time(9, 0), datetime.time(17, 30)
OPENS, CLOSES = -20, -2
# The word in runs.csv → the services that bring a planned class there, in order.
STEPS = {
    "已归档": ("publish", "conclude", "archive"),
    "已结业": ("publish", "conclude"),
    "待发布": ("mark_ready",),
    "计划": (),
}
PUBLISHED = ("publish",)  # 考核中, 开班中, 待开班, 报名中, 名额已满: the calendar tells them apart


@dataclass
class Plan:
    """One class to make: its line in the file, what the file leaves open, and the calendar."""

    row: RunRow
    days: Workdays
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.days.day(self.row.offsets[0]).year

    @property
    def class_no(self) -> str:
        return self.row.class_no_in(self.year)

    @property
    def steps(self) -> tuple[str, ...]:
        return STEPS.get(self.row.status, PUBLISHED)

    @property
    def opens_at(self) -> datetime.datetime | None:
        return self._window("opens", OPENS, SIGN_UP_FROM)

    @property
    def closes_at(self) -> datetime.datetime | None:
        return self._window("closes", CLOSES, SIGN_UP_UNTIL)

    @property
    def quota_until(self) -> datetime.datetime | None:
        """When units must have used their seats; only where a class keeps some."""
        return self._window("quota_until", 0, SIGN_UP_UNTIL) if "quota_until" in self.details else None

    def _window(self, key: str, default: int, time: datetime.time) -> datetime.datetime | None:
        if self.details.get("planned"):
            return None
        return self.days.at(self.row.offsets[0] + self.details.get(key, default), time)


def plans(days: Workdays) -> list[Plan]:
    details = source.text("run_details")
    return [Plan(row=row, days=days, details=details[row.course_code]) for row in source.runs()]


@transaction.atomic
def load_run(plan: Plan) -> int:
    """Make one class with its people and their attendance, unless it is there. Return how many were made."""
    if CourseRun.objects.filter(class_no=plan.class_no).exists():
        return 0
    office = User.objects.get(username="office")
    run = _create(plan, office)
    save_schedule(run=run, sessions=_sessions(plan), by=office)
    for step in plan.steps[:1]:
        getattr(run_services, step)(run=run, by=office)
    quotas.load(plan, run, office)
    signups.load(plan, run, office)
    nominations.load(plan, run)
    attendance.load(plan, run)
    for step in plan.steps[1:]:
        getattr(run_services, step)(run=run, by=office)
    minimums.flag_short_runs(plan.days.at(-1, signups.EVENING_BEFORE))
    return 1


def _create(plan: Plan, by: User) -> CourseRun:
    details = plan.details
    run = CourseRun(
        course=CoursePage.objects.get(code=plan.row.course_code),
        class_no=plan.class_no,
        year=plan.year,
        intake_no=plan.row.intake_no,
        capacity=plan.row.capacity,
        sign_up_opens_at=plan.opens_at,
        sign_up_closes_at=plan.closes_at,
        approval_required=details.get("approval", False),
        minimum=details.get("minimum"),
        quota_until=plan.quota_until,
        venue=plan.row.venue,
        organiser=Unit.objects.get(name=details["organiser"]),
        supervisor=User.objects.get(work_number=details["supervisor"]),
        note=details.get("note", ""),
    )
    run_services.save_run(run=run, by=by)
    run.professions.set(Profession.objects.filter(name__in=details.get("professions", [])))
    run.units.set(Unit.objects.filter(name__in=details.get("units", [])))
    return run


def _sessions(plan: Plan) -> list[ClassSession]:
    trainers = dict(User.objects.exclude(work_number=None).values_list("work_number", "pk"))
    found = []
    for index, offset in enumerate(plan.row.offsets):
        session = ClassSession(
            starts_at=plan.days.at(offset, plan.row.begins),
            ends_at=plan.days.at(offset, plan.row.ends),
            topic=plan.details["topics"][index],
        )
        lists = plan.details["trainers"]
        session.trainer_ids = [trainers[work_no] for work_no in lists[min(index, len(lists) - 1)]]  # type: ignore[attr-defined]  # what save_schedule reads
        found.append(session)
    return found
