"""The search index in PostgreSQL: Wagtail's own table, filled with pairs of characters.

The vectors hold each term once and no places: those end at 16 383, and long documents have more. `body` holds the
terms of title and body together, so that one look into one GIN index answers a search. Phrases, and how often a word
stands in a text, are read from `title_text` and `body_text`, which keep the folded words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any as AnyType
from typing import NamedTuple

from django.db import connections, router
from modelsearch.backends.database.postgres.postgres import (
    IndexEntry,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchRebuilder,
)
from modelsearch.utils import get_content_type_pk

from core.search import documents
from core.search.hits import AUTOCOMPLETE, BODY, TITLE, Hit, norm, score
from core.search.queries import All, Any, Except, Matching, Phrase, Wanted
from core.search.results import Compiler, Results, TypingCompiler
from core.search.text import IS_HAN, Term, index_text, runs

ENTRIES = IndexEntry._meta.db_table  # noqa: SLF001
WRITTEN_AT_ONCE = 100
# A vector may have 1 MB; a text of 200 000 different pairs has more.
LONGEST_TITLE, LONGEST_BODY = 50_000, 900_000
RANKED_BY_BODY = 50  # hits whose texts are read; the others follow, the newest first
READ_OF_EACH = 20_000
VECTOR = "array_to_tsvector(string_to_array(%s, ' '))"
WRITE = f"""
    INSERT INTO {ENTRIES} AS known
        (content_type_id, object_id, title_norm, title_text, body_text, title, autocomplete, body)
    VALUES {{rows}}
    ON CONFLICT (content_type_id, object_id) DO UPDATE SET
        title_norm = EXCLUDED.title_norm, title_text = EXCLUDED.title_text, body_text = EXCLUDED.body_text,
        title = EXCLUDED.title, autocomplete = EXCLUDED.autocomplete, body = EXCLUDED.body
    WHERE (known.title_text, known.body_text, known.title, known.autocomplete)
        IS DISTINCT FROM (EXCLUDED.title_text, EXCLUDED.body_text, EXCLUDED.title, EXCLUDED.autocomplete)
"""  # noqa: S608 - the name of the table is a constant
ROW = f"(%s, %s, %s, %s, %s, {VECTOR}, {VECTOR}, {VECTOR})"
# A frequent word has thousands of hits, but only a few different weights: one row for each of those, not for each hit.
FOUND = f"""
    SELECT kind, in_title, exact, weight, string_agg(id::text, ' ' ORDER BY id DESC),
        string_agg(key, ' ' ORDER BY id DESC)
    FROM (
        SELECT id, content_type_id AS kind, object_id AS key, in_title, {{exact}} AS exact,
            CASE WHEN in_title THEN title_norm ELSE 0 END AS weight
        FROM {ENTRIES}, LATERAL (SELECT {{in_title}} AS in_title) AS title_hit
        WHERE content_type_id = ANY(%s) AND {{column}} @@ %s::tsquery AND {{recheck}}
    ) AS hits GROUP BY kind, in_title, exact, weight
"""  # noqa: S608
READ = f"SELECT id, {{exact}}, {{density}} FROM {ENTRIES}, left(body_text, {READ_OF_EACH}) AS start WHERE id = ANY(%s)"  # noqa: S608

Sql = tuple[str, list[AnyType]]


class PairsIndex(PostgresIndex):
    """Keeps pairs of characters, and writes only what has changed: one statement for a hundred objects."""

    def add_items(self, model: AnyType, objs: AnyType) -> None:
        content_type = get_content_type_pk(model)
        rows = sorted(_row(content_type, documents.read(obj)) for obj in objs)  # in one order: nobody waits crosswise
        with self.write_connection.cursor() as cursor:
            for start in range(0, len(rows), WRITTEN_AT_ONCE):
                part = rows[start : start + WRITTEN_AT_ONCE]
                cursor.execute(
                    WRITE.format(rows=", ".join([ROW] * len(part))), [value for row in part for value in row]
                )

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Nothing to renew: the weight of a title is worked out when it is written."""


def _row(content_type: int, document: documents.Document) -> tuple[AnyType, ...]:
    title = index_text(document.title)
    both = f"{title} {index_text(document.body)}".strip()
    title_text, body_text = _spaced(runs(document.title)), _spaced(runs(f"{document.title}\n{document.body}"))
    vectors = (_fitting(title, LONGEST_TITLE), _fitting(index_text(document.autocomplete), LONGEST_TITLE))
    return (
        content_type,
        document.object_id,
        norm(title),
        title_text,
        body_text,
        *vectors,
        _fitting(both, LONGEST_BODY),
    )


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _fitting(terms: str, limit: int) -> str:
    """Return each term once, as many as a vector takes."""
    different = " ".join(dict.fromkeys(terms.split(" ")))
    fitting = different.encode()[:limit].decode(errors="ignore")
    return fitting if len(fitting) == len(different) else fitting.rpartition(" ")[0]


class PairsBackend(PostgresSearchBackend):
    """Wagtail's PostgreSQL backend with pairs of characters."""

    index_class = PairsIndex
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = TypingCompiler
    results_class = Results
    # In one transaction a rebuild would hold back everybody who saves a page until its end.
    atomic_rebuilder_class = PostgresSearchRebuilder

    def find(self, matching: Matching, content_types: Collection[int], columns: Collection[str]) -> list[Hit]:
        if matching.wanted is None or not content_types:
            return []
        groups = _found(matching, list(content_types), _column(columns))
        phrases = [phrase for phrase in matching.phrases if len(phrase.terms) > 1]
        read = _read_newest(groups, matching, phrases) if _column(columns) == BODY else {}
        scored = [row for group in groups for row in _scored(group, read)]
        return [Hit(kind, key, points) for points, _, kind, key in sorted(scored, reverse=True)]


class _Group(NamedTuple):
    """Hits of one type that weigh the same, the newest first: ids of the index, and keys of the objects."""

    kind: int
    in_title: bool
    exact: bool
    weight: float
    entries: list[int]
    keys: list[str]


def _scored(group: _Group, read: Mapping[int, tuple[bool, float]]) -> list[tuple[float, int, int, str]]:
    """Rows (score, entry, type, key). Only hits whose text was read differ from the others of their group."""
    points = score(in_title=group.in_title, is_exact=group.exact, title_norm=group.weight, body=0)
    rows = [(points, entry, group.kind, key) for entry, key in zip(group.entries, group.keys, strict=True)]
    if group.in_title or not read:
        return rows
    return [(_points(*read[row[1]]), *row[1:]) if row[1] in read else row for row in rows]


def _points(is_exact: bool, density: float) -> float:
    return score(in_title=False, is_exact=is_exact, title_norm=0, body=density)


def _read_newest(groups: list[_Group], matching: Matching, phrases: Sequence[Phrase]) -> dict[int, tuple[bool, float]]:
    bodies = sorted((entry for group in groups if not group.in_title for entry in group.entries), reverse=True)
    return _read(bodies[:RANKED_BY_BODY], matching.phrases, phrases) if len(bodies) > 1 else {}


def _column(columns: Collection[str]) -> str:
    return next((column for column in (BODY, AUTOCOMPLETE, TITLE) if column in columns), BODY)


def _found(matching: Matching, types: list[int], column: str) -> list[_Group]:
    wanted = matching.wanted
    assert wanted is not None  # the caller has looked  # noqa: S101
    query = _tsquery(wanted)
    in_title: Sql = ("false", []) if column == AUTOCOMPLETE else ("title @@ %s::tsquery", [query])
    exact = _all_in("title_text", [phrase for phrase in matching.phrases if len(phrase.terms) > 1])
    recheck: Sql = _condition(wanted, column) if _has_phrase(wanted) and column != AUTOCOMPLETE else ("true", [])
    sql = FOUND.format(in_title=in_title[0], exact=exact[0], column=column, recheck=recheck[0])
    rows = _ask(sql, [*exact[1], *in_title[1], types, query, *recheck[1]])
    return [
        _Group(kind, in_title, exact, weight, list(map(int, entries.split())), keys.split(" "))
        for kind, in_title, exact, weight, entries, keys in rows
    ]


def _read(entries: list[int], words: Sequence[Phrase], phrases: Sequence[Phrase]) -> dict[int, tuple[bool, float]]:
    """Return whether the texts of these entries hold the phrases, and how full of the words they are."""
    exact = _all_in("start", phrases)
    counts = " + ".join(["(length(start) - length(replace(start, %s, '')))"] * len(words)) or "0"
    density = f"({counts})::float / (500 + length(start)) * 10"
    patterns = [_pattern(word.runs) for word in words]
    rows = _ask(READ.format(exact=exact[0], density=density), [*exact[1], *patterns, entries])
    return {entry: (is_exact, full) for entry, is_exact, full in rows}


def _ask(sql: str, params: list[AnyType]) -> list[tuple[AnyType, ...]]:
    with connections[router.db_for_read(IndexEntry)].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _tsquery(wanted: Wanted) -> str:
    """Return the query for the index. Terms are letters and digits only, so quoting them is enough.

    A phrase is all of its terms here, in any order; `_condition` looks again.
    """
    match wanted:
        case Term(text, is_prefix):
            return f"'{text}':*" if is_prefix else f"'{text}'"
        case Phrase(terms, _):
            return _tsquery(All(terms))
        case All(parts):
            return f"({' & '.join(map(_tsquery, parts))})"
        case Any(parts):
            return f"({' | '.join(map(_tsquery, parts))})"
        case Except(some, others):
            return _tsquery(some) if _has_phrase(others) else f"({_tsquery(some)} & !{_tsquery(others)})"
    raise TypeError(wanted)


def _has_phrase(wanted: Wanted) -> bool:
    match wanted:
        case Term():
            return False
        case Phrase():
            return True
        case All(parts) | Any(parts):
            return any(map(_has_phrase, parts))
        case Except(some, others):
            return _has_phrase(some) or _has_phrase(others)
    raise TypeError(wanted)


def _condition(wanted: Wanted, column: str) -> Sql:
    """Return the query as SQL that also knows phrases."""
    match wanted:
        case Phrase():
            return _all_in("title_text" if column == TITLE else "body_text", [wanted])
        case All(parts):
            return _joined(" AND ", [_condition(part, column) for part in parts])
        case Any(parts):
            return _joined(" OR ", [_condition(part, column) for part in parts])
        case Except(some, others):
            sql, params = _condition(others, column)
            return _joined(" AND ", [_condition(some, column), (f"NOT {sql}", params)])
    return f"{column} @@ %s::tsquery", [_tsquery(wanted)]


def _joined(operator: str, conditions: Sequence[Sql]) -> Sql:
    return f"({operator.join(sql for sql, _ in conditions)})", [value for _, params in conditions for value in params]


def _all_in(text: str, phrases: Sequence[Phrase]) -> Sql:
    conditions: list[Sql] = [(f"strpos({text}, %s) > 0", [_pattern(phrase.runs)]) for phrase in phrases]
    return _joined(" AND ", conditions) if conditions else ("false", [])


def _pattern(words: Sequence[str]) -> str:
    """Return what to look for in a text of words: whole words and numbers, but characters anywhere."""
    before, after = ("" if IS_HAN.match(word) else " " for word in (words[0], words[-1]))
    return f"{before}{' '.join(words)}{after}"
