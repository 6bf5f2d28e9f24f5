"""Who has confirmed reading a notice, who has not, and what waits for one person."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef

from courses.permissions import readable_pages
from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.audience import audiences, facts_of
from people.models import User


@dataclass(frozen=True)
class Standing:
    """How one person stands towards one notice. `asked` is false for those whom it does not concern."""

    asked: bool
    confirmed_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A notice that waits for somebody's confirmation, and when he or she was last reminded."""

    notice: NoticePage
    reminded_at: datetime.datetime | None
    reminders: int


@dataclass(frozen=True)
class Tally:
    """How many people of a set one notice asks, and how many of them have confirmed."""

    asked: int
    confirmed: int

    @property
    def missing(self) -> int:
        return self.asked - self.confirmed


def asking(person: Any) -> Any:
    """Return published notices that ask for confirmation and that the person may read, the newest first."""
    notices = NoticePage.objects.live().public().filter(confirm_required=True).defer("body")
    return readable_pages(notices, person).order_by("-published_on", "-pk")


def standing(notice: NoticePage, person: Any) -> Standing:
    """Return how the person stands towards the notice."""
    if not (notice.confirm_required and notice.pk and person.is_authenticated and person.is_active):
        return Standing(asked=False)
    receipts = NoticeReceipt.objects.filter(notice=notice, person=person, round=notice.confirm_round)
    confirmed_at = receipts.values_list("confirmed_at", flat=True).first()
    return Standing(asked=confirmed_at is not None or asks(notice, person), confirmed_at=confirmed_at)


def asks(notice: NoticePage, person: Any) -> bool:
    """True if the published notice asks this very person."""
    return bool(asked_by(notice, User.objects.filter(pk=person.pk)))


def asked_by(notice: NoticePage, people: Any) -> set[int]:
    """Return which of the people the notice asks."""
    audience = audiences([notice])[notice.pk]
    return {facts.pk for facts in facts_of(people.filter(is_active=True)) if audience.includes(facts)}


def confirmed(notice: NoticePage) -> set[int]:
    """Return who has confirmed the notice in its present round."""
    receipts = NoticeReceipt.objects.filter(notice=notice, round=notice.confirm_round)
    return set(receipts.values_list("person", flat=True))


def waiting_for(person: Any) -> list[Waiting]:
    """Return what the person has been asked to confirm and has not; the most urgent first."""
    mine = NoticeReceipt.objects.filter(notice=OuterRef("pk"), person=person.pk, round=OuterRef("confirm_round"))
    open_ones = list(asking(person).exclude(Exists(mine)))
    if not open_ones:
        return []
    facts = facts_of(User.objects.filter(pk=person.pk, is_active=True))
    groups = audiences(open_ones)
    notices = [notice for notice in open_ones if facts and groups[notice.pk].includes(facts[0])]
    reminded = _reminders(person, notices)
    rows = [Waiting(notice, *reminded.get(notice.pk, (None, 0))) for notice in notices]
    return sorted(rows, key=lambda row: (row.notice.confirm_by is None, row.notice.confirm_by))


def _reminders(person: Any, notices: list[NoticePage]) -> dict[int, tuple[datetime.datetime, int]]:
    rows = NoticeReminder.objects.filter(person=person.pk, notice__in=notices, round=F("notice__confirm_round"))
    counted = rows.order_by().values_list("notice").annotate(last=Max("reminded_at"), times=Count("pk"))
    return {notice: (last, times) for notice, last, times in counted}


def tallies(notices: Iterable[NoticePage], people: Any) -> dict[int, Tally]:
    """Return how many of the people each notice asks, and how many answered. A constant number of queries."""
    rows = list(notices)
    groups, facts = audiences(rows), facts_of(people.filter(is_active=True))
    answered: dict[int, set[int]] = defaultdict(set)
    receipts = NoticeReceipt.objects.filter(notice__in=rows, round=F("notice__confirm_round"))
    for notice, person in receipts.values_list("notice", "person"):
        answered[notice].add(person)
    found = {}
    for notice in rows:
        asked = {one.pk for one in facts if groups[notice.pk].includes(one)}
        found[notice.pk] = Tally(len(asked), len(asked & answered[notice.pk]))
    return found
