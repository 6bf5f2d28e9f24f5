"""Bars of attendance, as numbers for inline SVG. The table beside them says the same in words and digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import AttendanceStatus
from courses.selectors.attendance_totals import Totals

WIDTH = 320  # units of the drawing; on a telephone one is a pixel
ROW, BAR, LABEL = 46, 16, 18  # height of a row, of its bar, and where its words stand
LONGEST = 17  # characters of a label beside its figure
LEGEND: dict[str, str | Promise] = {
    "earned": gettext_lazy("Attended"),
    "made-up": AttendanceStatus.MADE_UP.label,
    "duty": AttendanceStatus.OFFICIAL_DUTY.label,
    "leave": AttendanceStatus.ON_LEAVE.label,
    "missed": gettext_lazy("Missed"),
}


@dataclass(frozen=True)
class Piece:
    """One stretch of a bar; `code` is one of the legend."""

    code: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """One row: its words above, its pieces below; `y_text` and `y` say where."""

    label: str
    figure: str
    pieces: Sequence[Piece]
    y_text: int
    y: int


@dataclass(frozen=True)
class Chart:
    """`key` names the parts of the drawing on its page; `title` and `desc` are read out in its place."""

    key: str
    title: str
    desc: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        return ROW * len(self.bars)

    @property
    def legend(self) -> list[tuple[str, str | Promise]]:
        """What occurs in the drawing, in the order of the stretches."""
        found = {piece.code for bar in self.bars for piece in bar.pieces}
        return [(code, label) for code, label in LEGEND.items() if code in found]


def attendance_chart(key: str, title: str, rows: Iterable[tuple[str, Totals]]) -> Chart:
    """One bar of full length for each of the rows that had a session, by minutes."""
    shown = [(label, totals) for label, totals in rows if totals.minutes]
    bars = [_bar(label, totals, number) for number, (label, totals) in enumerate(shown)]
    words = [_("%(name)s: %(share)s") % {"name": label, "share": share_of(totals)} for label, totals in shown]
    return Chart(key, title, _("The table says the same in figures. %(list)s") % {"list": "; ".join(words)}, bars)


def share_of(totals: Totals) -> str:
    """83 %; a dash where nothing was due."""
    return _("%(percent)d %%") % {"percent": totals.share} if totals.share is not None else "—"


def _bar(label: str, totals: Totals, number: int) -> Bar:
    short = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
    top = number * ROW
    return Bar(short, share_of(totals), _pieces(totals), top + LABEL, top + LABEL + 6)


def _pieces(totals: Totals) -> list[Piece]:
    minutes = {
        "earned": totals.minutes_earned,
        "made-up": totals.minutes_made_up,
        "duty": totals.minutes_duty,
        "leave": totals.minutes_leave,
    }
    minutes["missed"] = max(0, totals.minutes - sum(minutes.values()))
    found, begin = [], 0
    for code, count in minutes.items():
        if count:
            left, right = (WIDTH * point / totals.minutes for point in (begin, begin + count))
            found.append(Piece(code, f"{left:.1f}", f"{max(1.0, right - left - 1):.1f}"))
        begin += count
    return found
