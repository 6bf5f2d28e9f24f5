"""The sign-in sheet on paper (签到表): the people of one session, page by page, and the seal once it is closed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import segno
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.models import RegisterSeal
from courses.selectors.teaching import Register, RosterRow

ROWS = 25  # what one page of A4 holds with room to sign by hand
SPARE = 3  # empty lines for people who come without having signed up
NOON = datetime.time(12, 0)


@dataclass(frozen=True)
class Leaf:
    """One page of paper; a row that is None is an empty line."""

    number: int
    rows: list[RosterRow | None]

    @property
    def lines(self) -> list[tuple[int, RosterRow | None]]:
        """The rows with their numbers, which go on over the pages."""
        return list(enumerate(self.rows, start=(self.number - 1) * ROWS + 1))


@dataclass(frozen=True)
class Sheet:
    """The whole sheet at one moment; `seal` is the newest one of the session, `address` its public page."""

    register: Register
    trainers: list[str]
    at: datetime.datetime
    seal: RegisterSeal | None = None
    address: str = ""

    @property
    def session(self) -> Any:
        return self.register.session

    @property
    def is_filled(self) -> bool:
        """After the session the states are printed; before it the sheet is empty, to be signed."""
        return self.session.closed_at is not None or self.at >= self.session.ends_at

    @cached_property
    def leaves(self) -> list[Leaf]:
        rows: list[RosterRow | None] = list(self.register.rows)
        if not self.is_filled:
            rows += [None] * SPARE
        starts = range(0, len(rows) or 1, ROWS)
        return [Leaf(number, rows[start : start + ROWS]) for number, start in enumerate(starts, start=1)]

    @property
    def signatures(self) -> list[str]:
        """What to sign: once; before and after noon if the session is over it; coming and going if the class wants."""
        if self.session.run.check_out:
            return [_("Signed in"), _("Signed out")]
        start, end = timezone.localtime(self.session.starts_at), timezone.localtime(self.session.ends_at)
        if start.date() == end.date() and start.time() < NOON < end.time():
            return [_("Signature, morning"), _("Signature, afternoon")]
        return [_("Signature")]

    @property
    def digest(self) -> str:
        """The seal in groups of eight, as people compare it."""
        text = self.seal.digest if self.seal else ""
        return " ".join(text[start : start + 8] for start in range(0, len(text), 8))

    @cached_property
    def picture(self) -> SafeString:
        """The address of the public page as an SVG of one path, black on white."""
        code = segno.make(self.address, error="m", micro=False)
        return mark_safe(code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True))  # noqa: S308 - our own
