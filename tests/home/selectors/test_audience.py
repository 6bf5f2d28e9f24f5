"""Whom a notice asks: the one rule, on a small bureau."""

from typing import Any

import pytest

from home.selectors.audience import Asked, Audience, audiences, facts_of
from people.models import User
from tests.factories import NoticePageFactory, ProfessionFactory, UserFactory, close_to, notice_index
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Bureau:
    return bureau()


def asked(notice: Any) -> set[str]:
    audience = audiences([notice])[notice.pk]
    people = User.objects.order_by("pk")
    return {User.objects.get(pk=one.pk).name for one in facts_of(people) if audience.includes(one)}


def test_without_conditions_everybody_of_a_unit_is_asked(town: Bureau) -> None:
    UserFactory(name="技术账号", unit=None)
    assert asked(NoticePageFactory(asks=True)) == {"曾小红", "单志刚", "欧阳文静"}


def test_a_unit_is_asked_with_the_units_below_it(town: Bureau) -> None:
    assert asked(NoticePageFactory(asks=True, confirm_units=[town.office])) == {"曾小红", "单志刚"}
    assert asked(NoticePageFactory(asks=True, confirm_units=[town.committee])) == {"单志刚"}


def test_a_profession_is_asked(town: Bureau) -> None:
    mediators = ProfessionFactory()
    town.below.professions.add(mediators)
    town.outside.professions.add(mediators)
    assert asked(NoticePageFactory(asks=True, confirm_professions=[mediators])) == {"单志刚", "欧阳文静"}


def test_units_and_professions_hold_together(town: Bureau) -> None:
    mediators = ProfessionFactory()
    town.below.professions.add(mediators)
    town.outside.professions.add(mediators)
    notice = NoticePageFactory(asks=True, confirm_professions=[mediators], confirm_units=[town.office])
    assert asked(notice) == {"单志刚"}


def test_a_circle_of_readers_leaves_out_those_who_may_not_read(town: Bureau) -> None:
    assert asked(close_to(NoticePageFactory(asks=True), unit=town.office)) == {"曾小红", "单志刚"}
    assert asked(close_to(NoticePageFactory(asks=True), person=town.outside)) == {"欧阳文静"}
    assert asked(close_to(NoticePageFactory(asks=True))) == {"曾小红", "单志刚", "欧阳文静"}


def test_a_circle_of_a_page_above_holds_too(town: Bureau) -> None:
    close_to(notice_index(), unit=town.elsewhere)
    assert asked(NoticePageFactory(asks=True)) == {"欧阳文静"}
    assert asked(close_to(NoticePageFactory(asks=True), unit=town.office)) == set()


def test_nobody_of_no_unit_is_ever_asked() -> None:
    assert not Audience().includes(Asked(1, frozenset(), frozenset()))


@pytest.mark.parametrize("rows", [1, 3])
def test_many_notices_and_people_take_as_many_queries_as_one(
    town: Bureau, django_assert_num_queries: Any, rows: int
) -> None:
    notices = [NoticePageFactory(asks=True, confirm_units=[town.office]) for _ in range(rows)]
    people = User.objects.filter(pk__in=[one.pk for one in (town.inside, town.below, town.outside)[:rows]])
    with django_assert_num_queries(3):
        audiences(notices)
    with django_assert_num_queries(4):
        facts_of(people)
