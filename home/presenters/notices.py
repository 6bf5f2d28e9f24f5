"""What a notice and the list of notices say to one reader."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.facets import query_of
from courses.presenters import dates
from courses.presenters.sections import Section
from home.enums import NoticeCategory
from home.models import NoticePage
from home.selectors.confirmations import Standing, Waiting, standing, waiting_for
from home.selectors.notices import categories, notices_for, years

SHOWN_ON_CHANNEL = 6


@dataclass(frozen=True)
class Choice:
    """One link that narrows a list; the one in force is marked."""

    label: Any
    query: str
    current: bool


@dataclass(frozen=True)
class NoticeList:
    """The notices that were asked for and the links to the other kinds and years."""

    found: QuerySet[NoticePage]
    kinds: list[Choice]
    years: list[Choice]


def narrowed(found: QuerySet[NoticePage], kind: str, year: str) -> NoticeList:
    """Narrow the notices by what the address asks; a word that means nothing narrows nothing."""
    present, spans = categories(found), [str(one) for one in years(found)]
    kind = kind if kind in present else ""
    year = year if year in spans else ""
    labels = {value: label for value, label in NoticeCategory.choices if value in present}
    return NoticeList(
        found.filter(**({"category": kind} if kind else {}), **({"published_on__year": year} if year else {})),
        [Choice(label, _query(value, year), value == kind) for value, label in {"": _("All"), **labels}.items()],
        [
            Choice(label, _query(kind, value), value == year)
            for value, label in {"": _("All years"), **{one: one for one in spans}}.items()
        ],
    )


def _query(kind: str, year: str) -> str:
    return query_of({"kind": [kind], "year": [year]})


@dataclass(frozen=True)
class Confirmation:
    """The box below a notice that asks for confirmation. `confirmed_at` is empty as long as it waits."""

    notice: NoticePage
    standing: Standing
    deadline: str
    is_late: bool


def confirmation(notice: NoticePage, person: Any) -> Confirmation | None:
    """Return the box, or nothing for a notice that asks nothing of this person."""
    if not notice.confirm_required:
        return None
    state = standing(notice, person)
    if person.is_authenticated and not state.asked:
        return None
    today = timezone.localdate()
    return Confirmation(notice, state, deadline(notice, today), is_late(notice, today))


def is_late(notice: NoticePage, day: datetime.date) -> bool:
    return notice.confirm_by is not None and notice.confirm_by < day


def deadline(notice: NoticePage, day: datetime.date) -> str:
    """How long there is time: 今天截止, 还有3天, 已逾期2天; empty without a deadline."""
    if notice.confirm_by is None:
        return ""
    left = (notice.confirm_by - day).days
    if left < 0:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", -left) % {"count": -left}
    if left == 0:
        return _("Due today")
    return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}


@dataclass(frozen=True)
class ToDo:
    """One line of what waits to be confirmed."""

    notice: NoticePage
    deadline: str
    is_late: bool
    reminded: str


def to_do(person: Any) -> list[ToDo]:
    """Return what waits for the person; nothing for visitors."""
    if not person.is_authenticated:
        return []
    today = timezone.localdate()
    return [
        ToDo(row.notice, deadline(row.notice, today), is_late(row.notice, today), _reminded(row))
        for row in waiting_for(person)
    ]


def _reminded(row: Waiting) -> str:
    if row.reminded_at is None:
        return ""
    day = dates.day(timezone.localdate(row.reminded_at))
    sentence = ngettext("Reminded once, on %(day)s", "Reminded %(count)d times, last on %(day)s", row.reminders)
    return sentence % {"count": row.reminders, "day": day}


def my_section(person: Any, **_facts: Any) -> Section | None:
    """The part of My training that says what is still to be read."""
    rows = to_do(person)
    return Section("home/parts/to_do.html", {"to_do": rows}) if rows else None


def channel_section(person: Any, professions: Any, **_facts: Any) -> Section | None:
    """The part of a channel's page with the notices for its professions."""
    found = list(notices_for(professions, person)[:SHOWN_ON_CHANNEL])
    return Section("home/parts/channel_notices.html", {"notices": found}) if found else None
