"""The screen of a room: which code it shows now, and who is here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import segno
from django.utils.safestring import SafeString, mark_safe

from core.names import masked
from courses.enums import CheckInPhase
from courses.models import AttendanceRules, ClassSession
from courses.selectors.check_in import Arrivals, Arrived, arrivals
from courses.services import codes

AGAIN = 3.0  # seconds between two looks at who is here


class State(StrEnum):
    """What the screen has to say."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    OFF = "off"  # nobody checks in by phone: cancelled, closed, or not wanted in this class


@dataclass(frozen=True)
class Screen:
    """The screen at one moment of the server's clock; `site` is the address of this site, with no slash at its end."""

    session: ClassSession
    at: datetime.datetime
    site: str
    scan_path: str
    rules: AttendanceRules = field(default_factory=AttendanceRules.load)

    @cached_property
    def phase(self) -> CheckInPhase:
        """Checking out begins while the last ones may still come: then the screen asks those who go."""
        leaves, _end = self._window(CheckInPhase.LEAVE)
        leaving = self.session.run.check_out and self.at >= leaves
        return CheckInPhase.LEAVE if leaving else CheckInPhase.ARRIVE

    @cached_property
    def state(self) -> State:
        session = self.session
        if session.is_cancelled or session.closed_at is not None or not session.run.self_check_in:
            return State.OFF
        if self.at < self.opens:
            return State.EARLY
        return State.OPEN if self.at < self.closes else State.OVER

    @property
    def opens(self) -> datetime.datetime:
        return self._window(self.phase)[0]

    @property
    def closes(self) -> datetime.datetime:
        return self._window(self.phase)[1]

    def _window(self, phase: CheckInPhase) -> tuple[datetime.datetime, datetime.datetime]:
        return self.session.check_in_window(phase, self.rules.opens_minutes_before)

    @property
    def is_leaving(self) -> bool:
        return self.phase == CheckInPhase.LEAVE

    @cached_property
    def picture(self) -> SafeString:
        """The code as an SVG of one path, black on white whatever the page looks like."""
        address = f"{self.site}{self.scan_path}{codes.token(self.session.pk, self.phase, self.at)}/"
        code = segno.make(address, error="m", micro=False)
        return mark_safe(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S308 - our own

    @property
    def digits(self) -> str:
        """The short code in two groups: 123 456."""
        code = codes.digits(self.session.pk, self.phase, self.at)
        return f"{code[:3]} {code[3:]}"

    @property
    def short_address(self) -> str:
        """What to type into a browser: without https://, as people say it."""
        return f"{self.site.partition('//')[2]}{self.scan_path}"

    @property
    def milliseconds(self) -> int:
        """When to ask again: before the picture has gone by, and soon enough to see who has come."""
        return int(min(AGAIN, codes.seconds_left(self.at) + 0.2) * 1000)

    @cached_property
    def arrivals(self) -> Arrivals:
        return arrivals(self.session)

    @property
    def wall(self) -> list[Arrived]:
        people = self.arrivals.wall
        if not self.session.run.mask_names:
            return people
        return [Arrived(masked(person.name), person.unit) for person in people]
