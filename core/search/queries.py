"""What a query asks for, in a form that both databases can be asked: terms joined by and, or, not.

Wagtail's query objects come in (`PlainText`, `Phrase`, `And`, …), a `Matching` comes out. Nothing that somebody types
can make it fail: characters without meaning are gone, and the number of terms is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modelsearch import query as asked

from core.search.text import LONGEST_QUERY, LONGEST_WORD, MOST_TERMS, Term, fold, phrase_terms, query_terms, runs

QUOTED = r"[\"“”＂„‟]([^\"“”＂„‟]+)[\"“”＂„‟]"
MOST_PHRASES = 8  # that are ranked
LETTERS = re.compile(r"[a-z\s'’-]+")
FEWEST_LETTERS = 3  # two initials stand for too much


@dataclass(frozen=True)
class Phrase:
    """Terms that follow each other. `runs` are its words as `text.runs` gives them."""

    terms: tuple[Term, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True)
class All:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True)
class Except:
    """What the first matches and the second does not."""

    wanted: Wanted
    unwanted: Wanted


Wanted = Term | Phrase | All | Any | Except


@dataclass(frozen=True)
class Matching:
    """What is wanted (None: nothing), or everything but that.

    `phrases` are the words typed, for finer ranking. `reading` is set if they may be pinyin or initials.
    """

    wanted: Wanted | None
    is_negated: bool = False
    phrases: tuple[Phrase, ...] = ()
    reading: Term | None = None


NOTHING = Matching(None)
EVERYTHING = Matching(None, is_negated=True)


def typed(text: str, operator: str = "and") -> asked.SearchQuery:
    """Return what somebody typed as a query: what stands in quotation marks is a phrase."""
    parts: list[asked.SearchQuery] = [asked.Phrase(found) for found in re.findall(QUOTED, text[:LONGEST_QUERY])]
    parts.append(asked.PlainText(re.sub(QUOTED, " ", text[:LONGEST_QUERY]), operator=operator))
    return asked.Or(parts) if operator == "or" else asked.And(parts)


def read(query: asked.SearchQuery, *, is_typing: bool = False) -> Matching:
    """Return what the query wants; a query without a letter or digit wants nothing."""
    reader = _Reader(is_typing)
    found = reader.read(query) or NOTHING
    reading = reader.reading
    return Matching(found.wanted, found.is_negated, tuple(reader.phrases), None if reading == found.wanted else reading)


class _Reader:
    """Counts the terms of one query, however deep, and gathers its phrases."""

    def __init__(self, is_typing: bool) -> None:
        self.is_typing = is_typing
        self.terms_left = MOST_TERMS
        self.phrases: list[Phrase] = []
        self.plain: list[str] = []
        self.is_simple = True

    @property
    def reading(self) -> Term | None:
        """Return the beginning of a title's or a name's reading, if nothing but letters was typed."""
        text = fold(" ".join(self.plain))
        found = "".join(runs(text))
        if not self.is_simple or not LETTERS.fullmatch(text) or len(found) < FEWEST_LETTERS:
            return None
        return Term(found[:LONGEST_WORD], is_prefix=True)

    def read(self, query: asked.SearchQuery) -> Matching | None:
        """Return None for a part that asks for nothing at all, such as a lone quotation mark."""
        kinds: list[tuple[type, Callable[..., Matching | None]]] = [
            (asked.MatchAll, lambda query: EVERYTHING),
            (asked.Not, self._not),
            (asked.And, lambda query: _both(self._parts(query))),
            (asked.Or, lambda query: _either(self._parts(query))),
            (asked.Boost, lambda query: self.read(query.subquery)),
            (asked.Phrase, self._phrase),
        ]
        return next((reads for kind, reads in kinds if isinstance(query, kind)), self._plain)(query)

    def _parts(self, query: asked.And | asked.Or) -> list[Matching]:
        return [part for part in map(self.read, query.subqueries) if part is not None]

    def _not(self, query: asked.Not) -> Matching | None:
        kept, self.phrases, self.is_simple = self.phrases, [], False
        inner = self.read(query.subquery)
        self.phrases = kept
        return inner and Matching(inner.wanted, not inner.is_negated)

    def _plain(self, query: asked.PlainText | asked.Fuzzy) -> Matching | None:
        terms = self._affordable(query_terms(query.query_string, is_typing=self.is_typing))
        self._remember(query.query_string)
        self.is_simple &= query.operator == "and"
        self.plain.append(query.query_string[:LONGEST_QUERY])
        return Matching(_combined(Any if query.operator == "or" else All, terms)) if terms else None

    def _phrase(self, query: asked.Phrase) -> Matching | None:
        terms = self._affordable(phrase_terms(query.query_string))
        self.is_simple = False
        self._remember(query.query_string)
        return Matching(_phrase(terms, query.query_string)) if terms else None

    def _affordable(self, terms: list[Term]) -> list[Term]:
        affordable = terms[: self.terms_left]
        self.terms_left -= len(affordable)
        return affordable

    def _remember(self, text: str) -> None:
        for word in text.split():
            terms = self._affordable_phrase(word)
            if terms:
                self.phrases.append(Phrase(tuple(terms), tuple(runs(word))))

    def _affordable_phrase(self, word: str) -> list[Term]:
        return phrase_terms(word) if len(self.phrases) < MOST_PHRASES else []


def _phrase(terms: Sequence[Term], text: str) -> Wanted:
    return terms[0] if len(terms) == 1 else Phrase(tuple(terms), tuple(runs(text)))


def _combined(kind: type[All] | type[Any], parts: Sequence[Wanted]) -> Wanted | None:
    """Join parts; one part stays itself, and a part of the same kind is dissolved, so that trees stay flat."""
    flat = [piece for part in parts for piece in (part.parts if isinstance(part, kind) else (part,))]
    return kind(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def _split(parts: Sequence[Matching]) -> tuple[list[Matching], list[Wanted]]:
    """Return the parts that want something, and what the others do not want (wanting all but nothing is no limit)."""
    positive = [part for part in parts if not part.is_negated]
    return positive, [part.wanted for part in parts if part.is_negated and part.wanted is not None]


def _both(parts: Sequence[Matching]) -> Matching | None:
    positive, unwanted = _split(parts)
    if any(part.wanted is None for part in positive):
        return NOTHING
    wanted = _combined(All, [part.wanted for part in positive if part.wanted is not None])
    without = _combined(Any, unwanted)
    if wanted is None:
        return Matching(without, is_negated=True) if parts else None
    return Matching(Except(wanted, without) if without is not None else wanted)


def _either(parts: Sequence[Matching]) -> Matching | None:
    """Either of several is all but what none of them wants."""
    none_of_them = _both([Matching(part.wanted, not part.is_negated) for part in parts])
    if not any(part.is_negated for part in parts):
        wanted = _combined(Any, [part.wanted for part in parts if part.wanted is not None])
        return Matching(wanted) if parts else None
    return none_of_them and Matching(none_of_them.wanted, not none_of_them.is_negated)
