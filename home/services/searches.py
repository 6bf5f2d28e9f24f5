"""Counting what is looked for, so that editors know which words deserve a promoted result."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits
from wagtail.search.utils import normalise_query_string

from core.search.text import fold

LONGEST = 40  # characters; whoever types more looks for one text of his own


def count_search(*, query: str) -> None:
    """Count one search of today under the folded words. Nobody's name is kept with it."""
    words = normalise_query_string(fold(query))
    if not words or len(words) > LONGEST:
        return
    today = timezone.localdate()
    hits = QueryDailyHits.objects.filter(query__query_string=words, date=today)
    if not hits.update(hits=F("hits") + 1):
        Query.get(words).add_hit(today)
