"""Opening the next intake of a course: a class like the last one, on new dates."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.workdays import Calendar, calendar
from courses.errors import IntakeRefused, IntakeTaken
from courses.models import ClassSession, CourseRun
from courses.selectors.intakes import IntakePlan, plan_intake
from courses.services import runs, schedule, seats
from people.models import User

KEPT = (
    "waitlist_enabled", "approval_required", "nomination_only", "once_a_year", "offer_hours", "minimum", "venue",
    "self_check_in", "check_out", "mask_names", "organiser_id", "note",
)  # fmt: skip


@transaction.atomic
def open_next_intake(
    *,
    run: CourseRun,
    by: User,
    first_day: datetime.date,
    capacity: int,
    opens_at: datetime.datetime | None = None,
    closes_at: datetime.datetime | None = None,
    supervisor: User | None = None,
    intake_no: int | None = None,
) -> CourseRun:
    """Plan a class like `run` that begins on that day, with its sessions, trainers, professions and units.

    A moment of sign-up left open follows the first day as it did last time. `intake_no` is what the person saw: asked
    twice with the same number and day, the first answer is given again. Raises IntakeRefused for a day on which nobody
    works, that is past, or without sessions to carry over; IntakeTaken if another class has that number;
    ValidationError for the fields.
    """
    source = seats.lock(run)  # one at a time, so that a double click meets its own first half
    number = intake_no or runs.next_intake(source.course_id, first_day)
    if made := _made_already(source, first_day, number):
        return made
    days = calendar()
    check_first_day(first_day, days)
    plan = plan_intake(source, first_day, days)
    if not plan.sessions:
        raise IntakeRefused(_("This class has no sessions to carry over. Open a new class instead."))
    made = _copy(source, first_day, number)
    made.capacity, made.supervisor = capacity, supervisor
    made.sign_up_opens_at, made.sign_up_closes_at = opens_at or plan.opens_at, closes_at or plan.closes_at
    return _store(made, source, plan, by)


def check_first_day(day: datetime.date, days: Calendar) -> None:
    """Raise IntakeRefused if a class cannot begin on that day."""
    if day < timezone.localdate():
        raise IntakeRefused(_("The first day must not lie in the past."))
    if days.is_workday(day):
        return
    entry = days.entry(day)
    raise IntakeRefused(
        _("%(day)s is a day off (%(name)s). The next workday is %(next)s.")
        % {"day": day.isoformat(), "name": entry.name if entry else _("weekend"), "next": days.shift(day, 0)}
    )


def _made_already(source: CourseRun, first_day: datetime.date, number: int) -> CourseRun | None:
    """Return the class if it is what was asked for; raise IntakeTaken if it is another one."""
    there = CourseRun.objects.filter(course=source.course_id, year=first_day.year, intake_no=number).first()
    if there is None:
        return None
    if there.starts_at and timezone.localtime(there.starts_at).date() == first_day and there.pk != source.pk:
        return there
    raise IntakeTaken(_("“%(row)s” was opened meanwhile.") % {"row": there})


def _copy(source: CourseRun, first_day: datetime.date, number: int) -> CourseRun:
    return CourseRun(
        course=source.course,
        year=first_day.year,
        intake_no=number,
        class_no=runs.suggest_number(source.course.code, first_day.year, number),
        **{name: getattr(source, name) for name in KEPT},
    )


def _store(made: CourseRun, source: CourseRun, plan: IntakePlan, by: User) -> CourseRun:
    try:
        with transaction.atomic():
            runs.save_run(run=made, by=by)
    except IntegrityError as fault:  # opened from another class of the course in the same moment
        raise IntakeTaken(_("“%(row)s” was opened meanwhile.") % {"row": made}) from fault
    made.professions.set(source.professions.all())
    made.units.set(source.units.all())
    made.first_professions.set(source.first_professions.all())
    schedule.save_schedule(run=made, sessions=_sessions(plan), by=by)
    audit.record("courses.intake_opened", made, by=by, data={"from": source.class_no, "first_day": str(plan.first_day)})
    return made


def _sessions(plan: IntakePlan) -> list[ClassSession]:
    rows = []
    for planned in plan.sessions:
        row = ClassSession(
            starts_at=planned.starts_at, ends_at=planned.ends_at, topic=planned.topic, venue=planned.venue
        )
        row.trainer_ids = [person.pk for person in planned.trainers]  # type: ignore[attr-defined]  # what save_schedule reads
        rows.append(row)
    return rows
