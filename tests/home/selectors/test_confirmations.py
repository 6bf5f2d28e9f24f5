"""What waits for one person, and the numbers of a notice."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.selectors.confirmations import Standing, Tally, asking, standing, tallies, waiting_for
from people.models import User
from tests.factories import NoticePageFactory, UserFactory, close_to
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def town() -> Bureau:
    return bureau()


def receipt(notice: NoticePage, person: User, round_: int = 1) -> NoticeReceipt:
    return NoticeReceipt.objects.create(notice=notice, person=person, round=round_, confirmed_at=NOW)


def waiting(person: User) -> list[str]:
    return [row.notice.title for row in waiting_for(person)]


def test_the_most_urgent_stands_first(town: Bureau) -> None:
    NoticePageFactory(title="不限期", asks=True)
    NoticePageFactory(title="下周", asks=True, confirm_by=TODAY + datetime.timedelta(days=7))
    NoticePageFactory(title="明天", asks=True, confirm_by=TODAY + datetime.timedelta(days=1))
    assert waiting(town.inside) == ["明天", "下周", "不限期"]


def test_what_does_not_wait(town: Bureau) -> None:
    NoticePageFactory(title="不要求确认")
    NoticePageFactory(title="草稿", asks=True, live=False)
    NoticePageFactory(title="别的单位", asks=True, confirm_units=[town.elsewhere])
    close_to(NoticePageFactory(title="看不到", asks=True), unit=town.elsewhere)
    receipt(NoticePageFactory(title="已确认", asks=True), town.inside)
    assert waiting(town.inside) == []
    assert waiting(town.outside) == ["已确认", "看不到", "别的单位"]


def test_a_new_round_waits_again(town: Bureau) -> None:
    notice = NoticePageFactory(title="改过", asks=True, confirm_round=2)
    receipt(notice, town.inside, 1)
    assert waiting(town.inside) == ["改过"]
    receipt(notice, town.inside, 2)
    assert waiting(town.inside) == []


def test_reminders_of_this_round_are_counted(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_round=2)
    for round_ in (1, 2, 2):
        NoticeReminder.objects.create(notice=notice, person=town.inside, by=town.outside, round=round_, reminded_at=NOW)
    [row] = waiting_for(town.inside)
    assert (row.reminders, row.reminded_at) == (2, NOW)


def test_an_account_that_was_closed_is_asked_nothing(town: Bureau) -> None:
    NoticePageFactory(asks=True)
    User.objects.filter(pk=town.inside.pk).update(is_active=False)
    assert waiting(town.inside) == []


def test_standing(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.office])
    assert standing(notice, town.inside) == Standing(asked=True)
    assert standing(notice, town.outside) == Standing(asked=False)
    assert standing(notice, AnonymousUser()) == Standing(asked=False)
    receipt(notice, town.inside)
    assert standing(notice, town.inside) == Standing(asked=True, confirmed_at=NOW)


def test_who_has_confirmed_and_moved_away_still_reads_so(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.office])
    receipt(notice, town.outside)
    assert standing(notice, town.outside) == Standing(asked=True, confirmed_at=NOW)


def test_tallies_count_the_people_of_the_set_alone(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    receipt(notice, town.inside)
    receipt(notice, town.outside)
    inside = User.objects.filter(pk__in=[town.inside.pk, town.below.pk])
    assert tallies([notice], inside) == {notice.pk: Tally(asked=2, confirmed=1)}
    assert Tally(asked=2, confirmed=1).missing == 1


def test_asking_are_those_that_the_person_may_read(town: Bureau) -> None:
    open_one = NoticePageFactory(asks=True)
    close_to(NoticePageFactory(asks=True), unit=town.elsewhere)
    assert list(asking(town.inside)) == [open_one]


@pytest.mark.parametrize("rows", [1, 4])
def test_many_take_as_many_queries_as_one(town: Bureau, django_assert_num_queries: Any, rows: int) -> None:
    notices = [NoticePageFactory(asks=True, confirm_units=[town.office]) for _ in range(rows)]
    for _ in range(rows):
        UserFactory(unit=town.office)
    with django_assert_num_queries(15):
        waiting_for(User.objects.get(pk=town.inside.pk))
    with django_assert_num_queries(8):
        tallies(notices, User.objects.all())
