"""What both databases share: from Wagtail's call to ids in order, and from ids to objects."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections
from django.db.models import Aggregate, Count, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from modelsearch.backends.base import BaseSearchQueryCompiler, BaseSearchResults, FilterFieldError
from modelsearch.utils import get_descendants_content_types_pks

from core.search.hits import AUTOCOMPLETE, BODY, EVERYWHERE, TITLE, Finder, Hit, found
from core.search.queries import Matching, read


class Compiler(BaseSearchQueryCompiler):
    """One search: the query, the rows it may find, the columns it looks at. Asked once, however often it is sliced."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    is_typing = False

    def check(self) -> None:
        """Nothing to check: the database itself narrows the rows, by any filter, and sorts by any field.

        `fields` only choose between titles and bodies; a name that the model does not search is no error.
        """

    @cached_property
    def matching(self) -> Matching:
        return read(self.query, is_typing=self.is_typing)

    @property
    def columns(self) -> Collection[str]:
        if self.fields is None:
            return EVERYWHERE
        return {TITLE if field == "title" else BODY for field in self.fields}

    def hits(self, finder: Finder) -> list[Hit]:
        """Return what the index holds of this model, whoever may see it."""
        if not hasattr(self, "_hits"):
            types = get_descendants_content_types_pks(self.queryset.model)
            self._hits = found(finder, self.matching, types, self.columns)
        return self._hits

    @property
    def ranks(self) -> bool:
        """Tell whether the results stand in the order of the index and not in the queryset's."""
        return bool(self.order_by_relevance) and not self.matching.is_negated

    def rows(self, finder: Finder) -> QuerySet[Any]:
        """Return the rows that match, in the queryset's own order."""
        matching = self.matching
        if matching.wanted is None:
            return self.queryset if matching.is_negated else self.queryset.none()
        keys = [hit.object_id for hit in self.hits(finder)]
        queryset = without(self.queryset, keys) if matching.is_negated else among(self.queryset, keys)
        return queryset if queryset.query.order_by else queryset.order_by("-pk")

    def ranked(self, finder: Finder) -> dict[Any, float]:
        """Return the scores of the rows that match by their keys, in the order of the scores."""
        if not hasattr(self, "_ranked"):
            self._ranked = permitted(self.queryset, self.hits(finder))
        return self._ranked


class TypingCompiler(Compiler):
    """While somebody is typing: the last word is only the beginning of one."""

    is_typing = True

    @property
    def columns(self) -> Collection[str]:
        return (AUTOCOMPLETE,)


class Results(BaseSearchResults):
    """The objects that match, the best first, or in the order that the queryset has."""

    supports_facet = True

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that match, without the order of relevance."""
        return self.query_compiler.rows(self.backend)

    def _do_search(self) -> Iterable[Any]:
        if not self.query_compiler.ranks:
            return self.get_queryset()[self.start : self.stop]
        scores = self.query_compiler.ranked(self.backend)
        keys = list(scores)[self.start : self.stop]
        objects = in_order(self.query_compiler.queryset, keys)
        if self._score_field:
            for item in objects:
                setattr(item, self._score_field, scores[item.pk])
        return objects

    def _do_count(self) -> int:
        if self.query_compiler.ranks:
            return len(list(self.query_compiler.ranked(self.backend))[self.start : self.stop])
        return self.get_queryset()[self.start : self.stop].count()

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Return how many results have each value of a field that the model filters by, the most frequent first."""
        if self.query_compiler._get_filterable_field(field_name) is None:  # noqa: SLF001
            raise FilterFieldError(f'Cannot facet search results with field "{field_name}".', field_name=field_name)
        counted = self.get_queryset().order_by().values(field_name).annotate(count=Count("pk")).order_by("-count")
        return OrderedDict((row[field_name], row["count"]) for row in counted)


def permitted(queryset: QuerySet[Any], hits: Iterable[Hit]) -> dict[Any, float]:
    """Return the scores of those hits that are rows of the queryset, by key, in the order of the hits: one query."""
    to_key = queryset.model._meta.pk.to_python  # noqa: SLF001
    scores = {to_key(hit.object_id): hit.score for hit in hits}
    if not scores:
        return {}
    allowed = _keys(among(queryset, scores))
    return scores if len(allowed) == len(scores) else {key: scores[key] for key in scores if key in allowed}


class _Spaced(Aggregate):
    """Many keys in one text: to fetch thousands of rows takes longer than to find them."""

    function = "string_agg"
    template = "%(function)s(%(expressions)s::text, ' ')"
    output_field = TextField()


def _keys(queryset: QuerySet[Any]) -> set[Any]:
    """Return the keys of the rows."""
    if connections[queryset.db].vendor != "postgresql":
        return set(queryset.order_by().values_list("pk", flat=True))
    text = queryset.order_by().aggregate(keys=_Spaced("pk"))["keys"] or ""
    return set(map(queryset.model._meta.pk.to_python, text.split()))  # noqa: SLF001


def in_order(queryset: QuerySet[Any], keys: Collection[Any]) -> list[Any]:
    """Return the objects with these keys in the order of the keys."""
    places = {key: place for place, key in enumerate(keys)}
    objects = among(queryset, keys).order_by() if places else []
    return sorted(objects, key=lambda item: places[item.pk])


def among(queryset: QuerySet[Any], keys: Collection[Any]) -> QuerySet[Any]:
    """Narrow to these keys. They travel as one parameter: SQLite takes no more than some ten thousand."""
    return queryset.filter(pk__in=_listed(queryset, keys))


def without(queryset: QuerySet[Any], keys: Collection[Any]) -> QuerySet[Any]:
    return queryset.exclude(pk__in=_listed(queryset, keys))


def _listed(queryset: QuerySet[Any], keys: Collection[Any]) -> RawSQL:
    connection, pk = connections[queryset.db], queryset.model._meta.pk  # noqa: SLF001
    values = [key if isinstance(key, int) else pk.get_db_prep_value(pk.to_python(key), connection) for key in keys]
    if connection.vendor == "postgresql":
        array = ",".join(f'"{value}"' for value in values)  # keys are numbers or UUIDs
        return RawSQL(f"SELECT unnest(%s::{pk.rel_db_type(connection)}[])", [f"{{{array}}}"])  # noqa: S611 - a type
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values, default=str)])
