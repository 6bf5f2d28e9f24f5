"""What somebody reads after checking in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from courses.enums import AttendanceStatus, CheckInPhase
from courses.selectors.check_in import OwnMark


@dataclass(frozen=True)
class Done:
    """The result page: what the phone recorded, and what the register says."""

    mark: OwnMark
    at: datetime.datetime

    @property
    def minutes_late(self) -> int:
        return self.mark.record.minutes_late if self.mark.record.status == AttendanceStatus.LATE else 0

    @property
    def leaves_at(self) -> datetime.datetime | None:
        """From when on the person has to check out; None if not, or if that is done."""
        if not self.mark.session.run.check_out or self.mark.left_at:
            return None
        return self.mark.session.check_in_window(CheckInPhase.LEAVE, 0)[0]
