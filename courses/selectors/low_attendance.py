"""People who attended little: what they missed, where it can be made up, who was reminded of it today."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.models import AttendanceRecord, CourseRun, Enrolment
from courses.selectors.attendance_totals import Period, Totals, missed, totals_by_person
from messaging.models import Message


@dataclass(frozen=True)
class LowAttendance:
    """One person below the share that was asked for. `again`: coming classes of the courses concerned."""

    person: int
    totals: Totals
    period: Period
    missed: list[AttendanceRecord]
    again: list[CourseRun]


def below(totals: Mapping[int, Totals], percent: int) -> dict[int, Totals]:
    """Those below the share, by user id; who had nothing to attend is not below."""
    return {person: one for person, one in totals.items() if one.is_below(percent)}


def low_attendance(
    period: Period, percent: int, enrolments: QuerySet[Enrolment], at: datetime.datetime
) -> list[LowAttendance]:
    """Everybody below the share in these enrolments, in the order of the ids. Four queries."""
    found = below(totals_by_person(period, at, enrolments), percent)
    records: dict[int, list[AttendanceRecord]] = defaultdict(list)
    for record in missed(period, enrolments.filter(person__in=list(found))) if found else ():
        records[record.enrolment.person_id].append(record)
    again = _again((row for rows in records.values() for row in rows), at)
    return [
        LowAttendance(person, totals, period, records[person], _of(records[person], again))
        for person, totals in sorted(found.items())
    ]


def _again(records: Iterable[AttendanceRecord], at: datetime.datetime) -> dict[int, CourseRun]:
    """The next announced class of each course, by course id."""
    courses = {record.session.run.course_id for record in records}
    runs = CourseRun.objects.shown().upcoming(at).filter(course__in=courses) if courses else ()
    return {run.course_id: run for run in sorted(runs, key=_by_start, reverse=True)}


def _by_start(run: CourseRun) -> Any:
    return run.starts_at, run.pk


def _of(records: Iterable[AttendanceRecord], again: Mapping[int, CourseRun]) -> list[CourseRun]:
    courses = dict.fromkeys(record.session.run.course_id for record in records)
    return [again[course] for course in courses if course in again]


def reminder_key(day: datetime.date) -> str:
    """The key of the letter: one for each person and day."""
    return f"attendance-low:{day.isoformat()}"


def reminded_on(day: datetime.date, people: Collection[int]) -> set[int]:
    """Those of the people who were reminded on that day. One query."""
    rows = Message.objects.filter(key=reminder_key(day), person__in=people)
    return set(rows.values_list("person", flat=True))
