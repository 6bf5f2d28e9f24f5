"""How a class went for each person: minutes attended, sessions missed, and what the rule of a seventh suggests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment
from courses.selectors.office import SheetRow, attendance_sheet

SHARE = 7  # whoever missed more than one part in seven has not completed the class


@dataclass(frozen=True)
class Standing:
    """One person of the class. `total` counts the minutes of all sessions held, `attended` those earned."""

    enrolment: Enrolment
    attended: int
    total: int
    sessions_missed: int
    sessions: int

    @property
    def missed(self) -> int:
        return max(0, self.total - self.attended)

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
    total = sum(session.minutes for session in sheet.sessions)
    return [_standing(row, total) for row in sheet.rows]


def _standing(row: SheetRow, total: int) -> Standing:
    missed = sum(1 for record in row.records if _was_missed(record))
    return Standing(row.enrolment, row.minutes, total, missed, len(row.records))


def _was_missed(record: Any) -> bool:
    return record is None or record.minutes_earned == 0
