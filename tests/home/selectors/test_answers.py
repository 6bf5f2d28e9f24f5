"""What the office sees of the confirmations: of its own people alone."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.answers import answers, overview, reminded_on, to_remind
from home.selectors.confirmations import Tally
from people.models import User
from tests.factories import NoticePageFactory, UserFactory, close_to
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town() -> Bureau:
    return bureau()


def own(town: Bureau) -> Any:
    return User.objects.filter(pk__in=[town.inside.pk, town.below.pk])


def remind(notice: NoticePage, person: User, at: datetime.datetime = NOW, round_: int = 1) -> None:
    NoticeReminder.objects.create(notice=notice, person=person, by=person, round=round_, reminded_at=at)


def confirm(notice: NoticePage, person: User) -> None:
    NoticeReceipt.objects.create(notice=notice, person=person, round=notice.confirm_round, confirmed_at=NOW)


def test_a_notice_that_asks_none_of_the_people_is_not_told_of(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.office])
    NoticePageFactory(asks=True, confirm_units=[town.elsewhere])
    close_to(NoticePageFactory(asks=True), person=town.outside)
    NoticePageFactory(asks=True, live=False)
    NoticePageFactory()
    confirm(notice, town.below)
    assert [(row.notice, row.tally) for row in overview(own(town))] == [(notice, Tally(2, 1))]


def test_answers_of_those_who_are_asked(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    confirm(notice, town.below)
    remind(notice, town.inside, NOW - DAY)
    remind(notice, town.inside, NOW)
    found = {row.name: (row.confirmed_at, row.reminded_at, row.reminders) for row in answers(notice, own(town))}
    assert found == {"曾小红": (None, NOW, 2), "单志刚": (NOW, None, 0)}


def test_answers_of_an_earlier_round_do_not_count(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_round=2)
    NoticeReceipt.objects.create(notice=notice, person=town.inside, round=1)
    remind(notice, town.inside, round_=1)
    assert {(row.confirmed_at, row.reminders) for row in answers(notice, own(town))} == {(None, 0)}


def test_a_day_of_reminding_is_a_day_in_shanghai(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    midnight = timezone.make_aware(datetime.datetime.combine(TODAY, datetime.time()))
    remind(notice, town.inside, midnight)
    remind(notice, town.below, midnight - datetime.timedelta(seconds=1))
    assert reminded_on(notice, TODAY) == {town.inside.pk}
    assert reminded_on(notice, TODAY - DAY) == {town.below.pk}


def test_whom_a_reminder_would_reach(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    third = UserFactory(unit=town.office)
    confirm(notice, town.below)
    remind(notice, third)
    people = User.objects.filter(pk__in=[town.inside.pk, town.below.pk, third.pk])
    assert to_remind(notice, people, TODAY) == {town.inside.pk}
    assert to_remind(notice, people, TODAY + DAY) == {town.inside.pk, third.pk}


@pytest.mark.parametrize("fields", [{"live": False, "asks": True}, {}])
def test_nobody_is_reminded_of_what_asks_nothing(town: Bureau, fields: dict[str, Any]) -> None:
    assert to_remind(NoticePageFactory(**fields), own(town), TODAY) == set()


@pytest.mark.parametrize("rows", [1, 4])
def test_many_take_as_many_queries_as_one(town: Bureau, django_assert_num_queries: Any, rows: int) -> None:
    notices = [NoticePageFactory(asks=True) for _ in range(rows)]
    for _ in range(rows):
        confirm(notices[0], UserFactory(unit=town.office))
    with django_assert_num_queries(9):
        overview(User.objects.all())
    with django_assert_num_queries(8):
        list(answers(notices[0], User.objects.all()))
