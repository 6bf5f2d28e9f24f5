"""Who has confirmed the notices of the demo bureau: a share of those asked, the same ones on every load."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from home.demo import chance
from home.demo.workdays import Workdays
from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.confirmations import asked_by
from people.models import User

LATE_READERS = ("learner", "clerk")  # the tour shows how they confirm
MORNING = datetime.time(9, 10)


def confirm_some(notice: NoticePage, share: float, days: Workdays) -> None:
    """Let that share of the people who are asked confirm before the load day; the office reminds two of the others."""
    asked = User.objects.filter(pk__in=asked_by(notice, User.objects.all())).with_unit()  # type: ignore[attr-defined]
    people = list(asked.order_by("pk"))
    rng = chance.stream(f"confirmed {notice.slug}")
    answered = [one for one in people if one.username not in LATE_READERS and rng.random() < share]
    NoticeReceipt.objects.bulk_create(_receipt(notice, one, days, rng) for one in answered)
    if notice.published_on < days.day(-1):
        _remind([one for one in people if one.username in LATE_READERS], notice, days)


def _receipt(notice: NoticePage, person: User, days: Workdays, rng: Any) -> NoticeReceipt:
    start, end = _moment(notice.published_on), _moment(days.load_day)
    minutes = max(1, int((end - start).total_seconds() // 60) - 60)
    at = start + datetime.timedelta(minutes=rng.randrange(minutes))
    return NoticeReceipt(notice=notice, person=person, unit=person.unit, round=notice.confirm_round, confirmed_at=at)


def _remind(people: list[User], notice: NoticePage, days: Workdays) -> None:
    office = User.objects.get(username="office")
    at = _moment(days.day(-1))
    rows = [
        NoticeReminder(notice=notice, person=one, by=office, round=notice.confirm_round, reminded_at=at)
        for one in people
    ]
    NoticeReminder.objects.bulk_create(rows)


def _moment(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, MORNING))
