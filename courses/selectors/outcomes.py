"""How a class went for each person: minutes attended, sessions missed, and what the rule of a seventh suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.enums import AttendanceStatus, EnrolmentStatus
from courses.models import ClassSession, CourseRun, Enrolment
from courses.selectors.office import SheetRow, attendance_sheet

SHARE = 7  # whoever missed more than one part in seven has not completed the class


@dataclass(frozen=True)
class Standing:
    """One person of the class, in minutes: of all sessions held, earned or made up elsewhere, on official duty."""

    enrolment: Enrolment
    attended: int
    total: int
    sessions_missed: int
    sessions: int
    duty: int = 0

    @property
    def missed(self) -> int:
        """Official duty is no leave: it counts neither as attended nor as missed."""
        return max(0, self.total - self.attended - self.duty)

    @property
    def is_enough(self) -> bool:
        """The suggestion: completed, unless more than a seventh of the minutes was missed."""
        return self.missed * SHARE <= self.total

    @property
    def suggestion(self) -> EnrolmentStatus:
        return EnrolmentStatus.COMPLETED if self.is_enough else EnrolmentStatus.NOT_COMPLETED


def standings(run: CourseRun, enrolments: QuerySet[Enrolment]) -> list[Standing]:
    """Everybody of these enrolments who is on the roster, by unit and name. Three queries."""
    sheet = attendance_sheet(run, enrolments)
    return [_standing(row, sheet.sessions) for row in sheet.rows]


def _standing(row: SheetRow, sessions: Sequence[ClassSession]) -> Standing:
    made_up = _minutes(row, sessions, AttendanceStatus.MADE_UP)
    return Standing(
        row.enrolment,
        attended=row.minutes + made_up,
        total=sum(session.minutes for session in sessions),
        sessions_missed=sum(1 for record in row.records if _was_missed(record)),
        sessions=len(row.records),
        duty=_minutes(row, sessions, AttendanceStatus.OFFICIAL_DUTY),
    )


def _minutes(row: SheetRow, sessions: Sequence[ClassSession], status: AttendanceStatus) -> int:
    pairs = zip(sessions, row.records, strict=True)
    return sum(session.minutes for session, record in pairs if record is not None and record.status == status)


def _was_missed(record: Any) -> bool:
    excused = (AttendanceStatus.MADE_UP, AttendanceStatus.OFFICIAL_DUTY)
    return record is None or (record.minutes_earned == 0 and record.status not in excused)
