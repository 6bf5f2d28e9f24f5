"""Groups of check boxes that narrow a list, and the part of the address that brings a selection back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Choice:
    """One check box with the number of rows that it would show."""

    id: str
    value: str
    label: Any
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    """One group of check boxes."""

    name: str
    label: Any
    choices: list[Choice]

    @property
    def is_used(self) -> bool:
        return any(choice.checked for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """A filter in force and the query that is left without it."""

    label: Any
    query: str


def query_of(values: Mapping[str, list[str]], without: tuple[str, str] | None = None) -> str:
    """Return the part of the address that asks for these values; empty ones and the one left out are not in it."""
    query = QueryDict(mutable=True)
    for name, chosen in values.items():
        kept = [one for one in chosen if one and (name, one) != without]
        if kept:
            query.setlist(name, kept)
    return query.urlencode()
