"""Searches are counted under their folded words, once each, without a name."""

import datetime

import pytest
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits

from home.services.searches import count_search

pytestmark = pytest.mark.django_db


def counted() -> list[tuple[str, int]]:
    return list(QueryDailyHits.objects.order_by("query").values_list("query__query_string", "hits"))


def test_spellings_of_the_same_words_count_together():
    for query in ("社區矯正 2026", "社区矫正 ２０２６", "  社区矫正   2026 "):
        count_search(query=query)
    assert counted() == [("社区矫正 2026", 3)]


def test_the_second_search_of_a_day_is_one_query(django_assert_num_queries):
    count_search(query="保密")
    with django_assert_num_queries(1):
        count_search(query="保密")
    assert counted() == [("保密", 2)]


def test_every_day_is_counted_by_itself():
    count_search(query="保密")
    QueryDailyHits.objects.update(date=datetime.date(2026, 1, 5))
    count_search(query="保密")
    assert counted() == [("保密", 1), ("保密", 1)]


@pytest.mark.parametrize("query", ["", "   ", "很" * 41])
def test_what_says_nothing_about_others_is_not_counted(query):
    count_search(query=query)
    assert Query.objects.count() == 0
