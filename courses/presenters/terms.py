"""The terms of a class that people must know before they sign up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import CourseRun
from courses.presenters import dates


@dataclass(frozen=True)
class Term:
    name: str
    text: str


def terms_of(run: CourseRun) -> list[Term]:
    """What this class sets beyond window and seats, in the order in which it matters. One query."""
    first = _(", ").join(str(profession) for profession in run.first_professions.all())
    terms = [
        (_("Nomination"), _("By the units") if run.nomination_only else ""),
        (_("Withdraw until"), dates.moment(run.withdraw_until) if run.withdraw_until else ""),
        (_("Kept for units and office"), _seats(run.seats_held)),
        (_("Kept until"), dates.moment(run.quota_until) if run.quota_until and run.seats_held else ""),
        (_("First in the queue"), first),
        (_("Freed seats"), _offer(run) if run.waitlist_enabled else ""),
        (_("Fewest participants"), str(run.minimum) if run.minimum else ""),
    ]
    return [Term(name, text) for name, text in terms if text]


def _seats(count: int) -> str:
    return ngettext("%(count)d seat", "%(count)d seats", count) % {"count": count} if count else ""


def _offer(run: CourseRun) -> str:
    if not run.offer_hours:
        return _("Go to the next in the queue at once")
    return ngettext(
        "Held for the next in the queue for %(count)d hour, less near the start",
        "Held for the next in the queue for %(count)d hours, less near the start",
        run.offer_hours,
    ) % {"count": run.offer_hours}
