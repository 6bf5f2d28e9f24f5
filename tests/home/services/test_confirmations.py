"""Confirming and reminding: what is recorded, and each refusal."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from home.errors import NobodyToRemind, NotAsked, NoticeChanged
from home.models import NoticePage, NoticeReceipt, NoticeReminder
from home.services.confirmations import confirm_read, remind
from home.signals import people_reminded
from people.models import User
from tests.factories import NoticePageFactory, UserFactory
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town() -> Bureau:
    return bureau()


def receipts() -> list[tuple[Any, ...]]:
    return list(NoticeReceipt.objects.values_list("notice", "person", "unit", "round", "confirmed_at"))


def test_a_confirmation_keeps_who_when_and_of_which_unit(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    confirm_read(notice=notice, person=town.inside, seen_round=1, at=NOW)
    assert receipts() == [(notice.pk, town.inside.pk, town.office.pk, 1, NOW)]


def test_a_second_time_gives_the_first_receipt(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    first = confirm_read(notice=notice, person=town.inside, at=NOW)
    assert confirm_read(notice=notice, person=town.inside, at=NOW + DAY) == first
    assert len(receipts()) == 1


def test_after_the_deadline_it_still_counts(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_by=timezone.localdate(NOW) - DAY)
    assert confirm_read(notice=notice, person=town.inside, at=NOW).confirmed_at == NOW


def test_a_notice_that_changed_meanwhile_is_to_be_read_again(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    NoticePage.objects.filter(pk=notice.pk).update(confirm_round=2)
    with pytest.raises(NoticeChanged):
        confirm_read(notice=notice, person=town.inside, seen_round=1)
    assert receipts() == []
    assert confirm_read(notice=notice, person=town.inside, seen_round=2).round == 2


@pytest.mark.parametrize("fields", [{}, {"asks": True, "live": False}])
def test_what_asks_nothing_takes_no_confirmation(town: Bureau, fields: dict[str, Any]) -> None:
    with pytest.raises(NotAsked):
        confirm_read(notice=NoticePageFactory(**fields), person=town.inside)


def test_who_is_not_asked_cannot_confirm(town: Bureau) -> None:
    with pytest.raises(NotAsked):
        confirm_read(notice=NoticePageFactory(asks=True, confirm_units=[town.elsewhere]), person=town.inside)
    with pytest.raises(NotAsked):
        confirm_read(notice=NoticePageFactory(asks=True), person=UserFactory(unit=None))
    assert receipts() == []


# Reminding


@pytest.fixture
def told() -> Any:
    heard: list[int] = []

    def hear(reminders: list[NoticeReminder], **signal: Any) -> None:
        heard.extend(one.person_id for one in reminders)

    people_reminded.connect(hear)
    yield heard
    people_reminded.disconnect(hear)


def everybody() -> Any:
    return User.objects.all()


def test_those_who_are_missing_are_reminded(
    town: Bureau, told: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.office])
    confirm_read(notice=notice, person=town.below)
    with django_capture_on_commit_callbacks(execute=True):
        made = remind(notice=notice, people=everybody(), by=town.outside, at=NOW)
    assert [(one.person, one.by, one.round, one.reminded_at) for one in made] == [(town.inside, town.outside, 1, NOW)]
    assert told == [town.inside.pk]
    [entry] = PageLogEntry.objects.filter(action="home.notice_reminded")
    assert (entry.page_id, entry.user_id, entry.data) == (notice.pk, town.outside.pk, {"people": 1})


def test_only_the_people_handed_in_are_reminded(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    made = remind(notice=notice, people=User.objects.filter(pk=town.below.pk), by=town.outside)
    assert [one.person for one in made] == [town.below]


def test_nobody_is_reminded_twice_on_one_day(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    remind(notice=notice, people=everybody(), by=town.outside, at=NOW)
    with pytest.raises(NobodyToRemind):
        remind(notice=notice, people=everybody(), by=town.outside, at=NOW)
    remind(notice=notice, people=everybody(), by=town.outside, at=NOW + DAY)
    assert NoticeReminder.objects.filter(person=town.inside).count() == 2


def test_when_everybody_has_confirmed_nobody_is_reminded(town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.committee])
    confirm_read(notice=notice, person=town.below)
    with pytest.raises(NobodyToRemind):
        remind(notice=notice, people=everybody(), by=town.outside)
    assert PageLogEntry.objects.filter(action="home.notice_reminded").count() == 0
