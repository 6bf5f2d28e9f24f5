"""For the office: which notices ask people of a set to confirm, and how each of these people stands."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.confirmations import Tally, asked_by, confirmed, tallies
from people.models import User


@dataclass(frozen=True)
class Asking:
    """A notice and how many of the people it asks have answered."""

    notice: NoticePage
    tally: Tally


def asking_notices() -> QuerySet[NoticePage]:
    """Published notices that ask for confirmation, the newest first."""
    return NoticePage.objects.live().filter(confirm_required=True).defer("body").order_by("-published_on", "-pk")  # type: ignore[no-any-return]


def overview(people: Any) -> list[Asking]:
    """Return the notices that ask at least one of the people (a queryset). A constant number of queries.

    A notice that asks none of them is not told of at all.
    """
    notices = list(asking_notices())
    counted = tallies(notices, people)
    return [Asking(notice, counted[notice.pk]) for notice in notices if counted[notice.pk].asked]


def answers(notice: NoticePage, people: Any) -> QuerySet[User]:
    """Return those of the people whom the notice asks, with `confirmed_at`, `reminded_at` and `reminders`."""
    mine = {"notice": notice, "round": notice.confirm_round, "person": OuterRef("pk")}
    receipts = NoticeReceipt.objects.filter(**mine).values("confirmed_at")
    reminders = NoticeReminder.objects.filter(**mine).order_by()
    times = reminders.values("person").annotate(times=Count("pk")).values("times")
    return people.filter(
        pk__in=asked_by(notice, people)
    ).annotate(  # type: ignore[no-any-return]
        confirmed_at=Subquery(receipts[:1]),
        reminded_at=Subquery(reminders.order_by("-reminded_at").values("reminded_at")[:1]),
        reminders=Coalesce(Subquery(times, output_field=IntegerField()), Value(0)),
    )


def reminded_on(notice: NoticePage, day: datetime.date) -> set[int]:
    """Return who was reminded of the notice on that day, in its present round."""
    reminders = NoticeReminder.objects.filter(notice=notice, round=notice.confirm_round)
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    that_day = reminders.filter(reminded_at__gte=start, reminded_at__lt=start + datetime.timedelta(days=1))
    return set(that_day.values_list("person", flat=True))


def to_remind(notice: NoticePage, people: Any, day: datetime.date) -> set[int]:
    """Return whom a reminder on that day would reach: asked, not confirmed, not reminded that day."""
    if not (notice.live and notice.confirm_required):
        return set()
    return asked_by(notice, people) - confirmed(notice) - reminded_on(notice, day)
