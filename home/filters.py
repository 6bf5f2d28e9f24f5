"""What the address of a search asks for: words, and facets that narrow what they find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.facets import Chip, Choice, Facet, query_of
from home.enums import Kind
from home.selectors.search import Hit

LONGEST = 100  # characters of a query
FACETS = {"type": _("Type"), "channel": _("Channel"), "year": _("Year")}
NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\s]+")


def words(data: QueryDict) -> str:
    """Return what was typed, without characters that cannot be seen, and no more than a sentence of it."""
    return NOT_TEXT.sub(" ", data.get("q", "")[: 10 * LONGEST]).strip()[:LONGEST].strip()


class SearchFilter:
    """Narrows hits by the facets. Choices of one group widen each other; different groups narrow each other.

    A value of the address that no hit has stays in force as long as it means anything: it finds nothing, and the
    reader can take it off.
    """

    def __init__(self, data: QueryDict, hits: list[Hit], channels: Mapping[str, str]) -> None:
        self.q = words(data)
        self.hits = hits
        self.labels = {"type": dict(Kind.choices), "channel": channels, "year": _years(data, hits)}
        self.chosen = {name: _known(data.getlist(name), self.labels[name]) for name in FACETS}

    @property
    def narrowed(self) -> list[Hit]:
        return [hit for hit in self.hits if self._fits(hit)]

    def _fits(self, hit: Hit, but: str = "") -> bool:
        return all(not values or getattr(hit, name) in values for name, values in self.chosen.items() if name != but)

    def facets(self) -> list[Facet]:
        """Every group with something to choose; counts say how many a choice shows together with the other groups."""
        found = [self._facet(name) for name in FACETS]
        return [facet for facet in found if len(facet.choices) > 1 or facet.is_used]

    def _facet(self, name: str) -> Facet:
        present = {getattr(hit, name) for hit in self.hits}
        counts = Counter(getattr(hit, name) for hit in self.hits if self._fits(hit, but=name))
        choices = [
            Choice(f"id_{name}_{value}", value, label, counts[value], value in self.chosen[name])
            for value, label in self.labels[name].items()
            if value in present or value in self.chosen[name]
        ]
        return Facet(name, FACETS[name], choices)

    def chips(self) -> list[Chip]:
        """The facets in force, in words, each with the way to take it off."""
        return [
            Chip(self.labels[name][value], self.query(without=(name, value)))
            for name, values in self.chosen.items()
            for value in values
        ]

    def query(self, *, without: tuple[str, str] | None = None) -> str:
        """The part of the address that brings this search back, without the number of the page."""
        return query_of({"q": [self.q], **self.chosen}, without)


def _years(data: QueryDict, hits: list[Hit]) -> dict[str, Any]:
    """The newest first; with a year that was asked for, although nothing is of it."""
    asked = [value for value in data.getlist("year") if re.fullmatch(r"[12][0-9]{3}", value)]
    return {year: year for year in sorted({*asked, *(hit.year for hit in hits if hit.year)}, reverse=True)}


def _known(values: Iterable[str], labels: Mapping[str, Any]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value in labels]
