"""How likely somebody who waits gets a seat, in words and with the figures behind them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import EnrolmentStatus
from courses.selectors.queue import experience

FEWEST_CLASSES = 3  # below that, earlier classes say nothing


def chance(enrolment: Any, at: datetime.datetime) -> str:
    """A sentence for whoever waits; empty for others and where experience is lacking. One query.

    `enrolment` comes from a queryset `with_place()`.
    """
    if enrolment.status != EnrolmentStatus.WAITLISTED:
        return ""
    known = experience(enrolment.run, at)
    if known.classes < FEWEST_CLASSES:
        return _("How likely a seat becomes free cannot be said yet.")
    freed = known.share_freed * enrolment.run.capacity
    figures = {"chance": _word(enrolment.place, freed), "classes": known.classes, "freed": f"{freed:.0f}"}
    return (
        _(
            "A seat for you: %(chance)s. In %(classes)d earlier classes about %(freed)s seats of as many as here "
            "became free."
        )
        % figures
    )


def _word(place: int, freed: float) -> str:
    if place <= freed / 2:
        return _("likely")
    return _("possible") if place <= freed * 1.5 else _("unlikely")
