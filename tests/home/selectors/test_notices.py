"""Notices in lists: each reader the own ones."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from home.presenters.notices import narrowed
from home.selectors.notices import categories, notices, notices_for, years
from tests.factories import NoticePageFactory, ProfessionFactory, UserFactory, close_to
from tests.people.helpers import bureau

pytestmark = pytest.mark.django_db


def test_a_notice_for_one_unit_is_told_to_nobody_else() -> None:
    town = bureau()
    NoticePageFactory(title="公开", category="notice", published_on=datetime.date(2026, 3, 1))
    own = NoticePageFactory(title="本所", category="circular", published_on=datetime.date(2024, 3, 1))
    close_to(own, unit=town.office)
    for reader, titles, kinds, spans in (
        (AnonymousUser(), ["公开"], ["notice"], [2026]),
        (town.outside, ["公开"], ["notice"], [2026]),
        (town.below, ["公开", "本所"], ["circular", "notice"], [2026, 2024]),
    ):
        found = notices(reader)
        assert [one.title for one in found] == titles
        assert (sorted(categories(found)), years(found)) == (kinds, spans)


def test_notices_of_a_profession() -> None:
    mediators, notaries = ProfessionFactory(), ProfessionFactory()
    named = NoticePageFactory(professions=[mediators, notaries])
    NoticePageFactory(professions=[notaries])
    NoticePageFactory()
    close_to(NoticePageFactory(professions=[mediators]))
    assert list(notices_for([mediators, notaries], AnonymousUser()).filter(professions=mediators)) == [named]
    assert list(notices_for([mediators], AnonymousUser())) == [named]
    assert notices_for([mediators], UserFactory()).count() == 2
    assert list(notices_for([], AnonymousUser())) == []


@pytest.mark.parametrize(
    ("kind", "year", "titles"),
    [
        ("", "", ["新通报", "旧通知"]),
        ("circular", "", ["新通报"]),
        ("notice", "2024", ["旧通知"]),
        ("notice", "2026", []),
        ("rules", "1999", ["新通报", "旧通知"]),  # words that mean nothing here
    ],
)
def test_a_list_is_narrowed_by_kind_and_year(kind: str, year: str, titles: list[str]) -> None:
    NoticePageFactory(title="旧通知", category="notice", published_on=datetime.date(2024, 3, 1))
    NoticePageFactory(title="新通报", category="circular", published_on=datetime.date(2026, 3, 1))
    shown = narrowed(notices(AnonymousUser()), kind, year)
    assert [one.title for one in shown.found] == titles


def test_the_choice_in_force_is_marked_and_keeps_the_other() -> None:
    NoticePageFactory(category="notice", published_on=datetime.date(2024, 3, 1))
    NoticePageFactory(category="circular", published_on=datetime.date(2026, 3, 1))
    shown = narrowed(notices(AnonymousUser()), "circular", "2026")
    assert [(one.query, one.current) for one in shown.kinds] == [
        ("year=2026", False),
        ("kind=notice&year=2026", False),
        ("kind=circular&year=2026", True),
    ]
    assert [one.query for one in shown.years if one.current] == ["kind=circular&year=2026"]


@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_takes_a_constant_number_of_queries(django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        NoticePageFactory()
    with django_assert_num_queries(2):
        list(notices(AnonymousUser()))
