"""One ranked answer of the index, before anybody asked what the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, Protocol

from core.search.queries import Matching

TITLE, BODY, AUTOCOMPLETE = "title", "body", "autocomplete"
EVERYWHERE = (TITLE, BODY)


class Hit(NamedTuple):
    """An entry of the index that matches. The higher the score, the better; only the order means something."""

    content_type_id: int
    object_id: str
    score: float


class Finder(Protocol):
    """The part of a backend that asks the database: one ranked answer for any number of types."""

    def find(self, matching: Matching, content_types: Collection[int], columns: Collection[str]) -> list[Hit]:
        """Return the hits of these types, the best first. A negation in `matching` is for the caller to apply."""


def score(*, in_title: bool, is_exact: bool, title_norm: float, body: float) -> float:
    """Return the score: a title that holds all words first, then the exact words, then short titles or full bodies.

    `body` is any number from 0; `title_norm` is 1 for an empty title and falls as the title grows.
    """
    return 4 * in_title + 2 * is_exact + (title_norm if in_title else body / (1 + body))


def norm(title: str) -> float:
    """Return how much a title weighs: of two that hold the words the shorter is the more to the point.

    It is worked out from the title alone; an average over all titles would have to be renewed with every save.
    """
    return 12 / (12 + len(title))


READ = -10.0  # whose reading was typed stands below whatever holds the letters themselves


def found(finder: Finder, matching: Matching, content_types: Collection[int], columns: Collection[str]) -> list[Hit]:
    """Return the hits of these types, the best first; after them titles and names that are read as was typed."""
    hits = finder.find(matching, content_types, columns)
    if matching.reading is None or not {TITLE, AUTOCOMPLETE} & set(columns):
        return hits
    known = {hit[:2] for hit in hits}
    read = finder.find(Matching(matching.reading), content_types, (AUTOCOMPLETE,))
    return hits + [hit._replace(score=hit.score + READ) for hit in read if hit[:2] not in known]
