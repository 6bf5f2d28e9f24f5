"""One ranked search through several models at once: pages, materials, people.

    found = across("社区矫正", readable_pages(Page.objects.live(), reader), readable_materials(reader))
    found.count, found.counts()          how many, in all and by content type: for the facets, without an object
    found.of_types([content_type.pk])    the same, narrowed by a facet
    found.keys(Page)                     the keys of the pages, the best first, to count them by channel or year
    found.narrowed(Page.objects.filter(…))  only those pages, when a facet of pages is chosen
    found.objects(0, 20)                 the first twenty objects, the best first: one query for each queryset

Nothing is counted or returned but rows of the querysets: what a reader may not see must not be in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from modelsearch.backends import get_search_backend
from modelsearch.utils import get_descendants_content_types_pks

from core.search.hits import AUTOCOMPLETE, EVERYWHERE, found
from core.search.queries import read, typed
from core.search.results import in_order, permitted


class Row(NamedTuple):
    """A hit that the reader may see. `place` is the place of its queryset in the call."""

    content_type_id: int
    key: Any
    score: float
    place: int


@dataclass(frozen=True)
class Found:
    """What a search found, the best first. Slicing and counting cost no query."""

    rows: tuple[Row, ...]
    querysets: tuple[QuerySet[Any], ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    def counts(self) -> Counter[int]:
        """Return how many rows there are of each content type; of a page, its own and not `Page`'s."""
        return Counter(row.content_type_id for row in self.rows)

    def of_types(self, content_types: Collection[int]) -> Found:
        return Found(tuple(row for row in self.rows if row.content_type_id in content_types), self.querysets)

    def keys(self, model: type[Model]) -> list[Any]:
        """Return the keys of the rows of that model and of the models that inherit from it."""
        return [row.key for row in self.rows if row.content_type_id in _types(model)]

    def narrowed(self, queryset: QuerySet[Any]) -> Found:
        """Return only the rows that are in the queryset as well: one query."""
        types = _types(queryset.model)
        keys = set(queryset.order_by().values_list("pk", flat=True))
        kept = (row for row in self.rows if row.content_type_id in types and row.key in keys)
        return Found(tuple(kept), self.querysets)

    def objects(self, start: int = 0, stop: int | None = None) -> list[Any]:
        """Return these objects in their order, as their querysets load them (`specific()`, `select_related()`)."""
        wanted = self.rows[start:stop]
        loaded: dict[tuple[int, Any], Any] = {}
        for place, queryset in enumerate(self.querysets):
            keys = [row.key for row in wanted if row.place == place]
            loaded |= {(place, item.pk): item for item in in_order(queryset, keys)}
        return [loaded[row.place, row.key] for row in wanted if (row.place, row.key) in loaded]


def across(query: str, *querysets: QuerySet[Any], is_typing: bool = False, operator: str = "and") -> Found:
    """Return what the query finds in the querysets: one query of the index, and one for each queryset.

    Words are joined by `operator`; "in quotation marks" or “these” they are a phrase. `is_typing` looks at titles and
    names only, and takes the last word for the beginning of one: for suggestions.
    """
    types = [_types(queryset.model) for queryset in querysets]
    matching = read(typed(query, operator), is_typing=is_typing)
    columns = (AUTOCOMPLETE,) if is_typing else EVERYWHERE
    hits = [] if matching.is_negated else found(get_search_backend(), matching, set().union(*types), columns)
    rows: list[Row] = []
    for place, queryset in enumerate(querysets):
        own = [hit for hit in hits if hit.content_type_id in types[place]]
        kinds = {hit.object_id: hit.content_type_id for hit in own}
        rows += [Row(kinds[str(key)], key, score, place) for key, score in permitted(queryset, own).items()]
    return Found(tuple(sorted(rows, key=lambda row: -row.score)), querysets)


def content_types(models: Iterable[type[Model]]) -> dict[int, type[Model]]:
    """Return the models by the content types that `Found.counts` speaks of."""
    return {kind.pk: model for model, kind in ContentType.objects.get_for_models(*models).items()}


def _types(model: type[Model]) -> set[int]:
    return set(get_descendants_content_types_pks(model))
