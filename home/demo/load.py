"""Puts the demo data together. Each part is one transaction and makes only what is missing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from django.utils import timezone

from core.invariants import faults
from courses.models import AttendanceRules
from home.demo import (
    channels,
    courses,
    indexing,
    library,
    messages,
    notices,
    organisation,
    people,
    pictures,
    registers,
    review,
    runs,
    source,
    statutes,
    trainers,
)
from home.demo.progress import Progress
from home.demo.workdays import Workdays
from home.models import SiteDetails
from home.services.site_tree import build_site
from people.models import User

LEARNER = "learner"
DETAILS = {
    "site_name": "东湾区司法行政培训管理平台（演示）",
    "organisation": "明河市东湾区司法局",
    "contact_office": "局政工室（演示）",
    "contact_phone": "",
    "contact_email": "",
    "address": "明河市东湾区（虚构地址，仅供演示）",
}
Step = tuple[str, Callable[[], int]]


class Broken(Exception):
    """The loaded data breaks a rule; the message lists which."""


def load_day_of_earlier_run() -> datetime.date | None:
    """Return the day for which the data was loaded before: accounts are dated to it. None if there is none."""
    created = User.objects.filter(username=LEARNER).values_list("date_joined", flat=True).first()
    return timezone.localdate(created) if created else None


def load(day: datetime.date, progress: Progress) -> int:
    """Load what is missing as of that day; return how many things were made. Raises Broken."""
    days = Workdays(day)
    with indexing.paused():
        made = sum(_run_steps(days, progress))
    if made:
        progress.step("search index")
        indexing.rebuild()
    progress.step("invariants")
    found = [f"{name}: {sentence}" for name, sentence in faults()]
    progress.finish()
    if found:
        raise Broken("\n".join(found))
    return made


def _run_steps(days: Workdays, progress: Progress) -> Iterator[int]:
    for steps in (_foundation(days), _catalogue(), _classes(days)):
        for label, step in steps:
            progress.step(label)
            yield step()


def _foundation(days: Workdays) -> list[Step]:
    return [
        ("site", lambda: len(build_site())),
        ("attendance rules", _open_registers_all_day),
        ("site details", _name_the_site),
        ("units", organisation.load_units),
        ("professions", organisation.load_professions),
        ("people", lambda: people.load_people(days)),
        ("channels", channels.load_channels),
        ("statutes", lambda: statutes.load_statutes(days)),
    ]


def _open_registers_all_day() -> int:
    """Whoever tries the demo does so at any hour; a real register opens a quarter of an hour before the class."""
    if SiteDetails.load().organisation:
        return 0
    rules = AttendanceRules.load()
    rules.opens_minutes_before = 10 * 24 * 60  # before the longest holiday, too
    rules.save()
    return 1


def _name_the_site() -> int:
    details = SiteDetails.load()
    if details.organisation:
        return 0
    for field, value in DETAILS.items():
        setattr(details, field, value)
    details.save()
    return 1


def _catalogue() -> Iterator[Step]:
    """Covers are drawn outside the transaction that stores the course: drawing takes longer than writing."""
    for row in courses.missing():
        yield f"course {row['code']}", lambda row=row: _course(row)  # type: ignore[misc]  # binds the row now


def _course(row: dict[str, str]) -> int:
    cover = pictures.cover(row["code"], row["title"], courses.category(row))
    courses.load_course(row, cover)
    return 1


def _classes(days: Workdays) -> Iterator[Step]:
    for plan in runs.plans(days):
        yield f"class {plan.class_no}", lambda plan=plan: runs.load_run(plan)  # type: ignore[misc]  # as above
    yield "teaching staff", people.name_teaching_staff
    yield "library", library.load_library
    yield "notices", lambda: notices.load_notices(days)
    yield "trainers", trainers.load_trainers
    yield "review", review.load_review
    yield "registers", lambda: registers.load_registers(days)
    yield "messages", lambda: messages.load_messages(days)


def step_count() -> int:
    """How many steps a complete load takes."""
    return len(_foundation(Workdays(timezone.localdate()))) + len(source.rows("courses")) + len(source.runs()) + 9
