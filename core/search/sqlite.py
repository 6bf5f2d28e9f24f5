"""The search index in SQLite: Wagtail's own FTS5 table, filled with pairs of characters and asked once per search."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any as AnyType

from django.db import connections, router, transaction
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchRebuilder,
)
from modelsearch.utils import get_content_type_pk

from core.search import documents
from core.search.hits import EVERYWHERE, TITLE, Hit, norm, score
from core.search.queries import All, Any, Except, Matching, Phrase, Wanted
from core.search.results import Compiler, Results, TypingCompiler
from core.search.text import Term, index_text

ENTRIES, FTS = IndexEntry._meta.db_table, SQLiteFTSIndexEntry._meta.db_table  # noqa: SLF001
WRITTEN_AT_ONCE = 100  # objects: so long others wait for the write lock
# CROSS JOIN keeps the order of the tables: the planner knows nothing of the matches. The weights of bm25 are those of
# autocomplete, body and title.
RANKED = f"""
    SELECT {FTS}.rowid, content_type_id, object_id, title_norm, -bm25({FTS}, 1.0, 1.0, 5.0)
    FROM {FTS} CROSS JOIN {ENTRIES} ON {ENTRIES}.id = {FTS}.rowid
    WHERE {FTS} MATCH %s AND content_type_id IN ({{types}})
"""  # noqa: S608 - the names of tables are constants
ROWS = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s"  # noqa: S608

Texts = tuple[str, str, str]


class PairsIndex(SQLiteIndex):
    """Keeps pairs of characters, and writes only what has changed.

    Looking and writing stand under the write lock, which an IMMEDIATE transaction takes at its start: a form and the
    task worker may index the same new row at once.
    """

    def add_items(self, model: AnyType, objs: AnyType) -> None:
        read = (documents.read(obj) for obj in objs)
        rows = {row.object_id: _texts(row) for row in read}
        ids = list(rows)
        for start in range(0, len(ids), WRITTEN_AT_ONCE):
            part = {object_id: rows[object_id] for object_id in ids[start : start + WRITTEN_AT_ONCE]}
            with transaction.atomic(using=self.write_connection.alias):
                self._write(get_content_type_pk(model), part)

    def _write(self, content_type: int, rows: dict[str, Texts]) -> None:
        entries = self.entries.filter(content_type_id=content_type, object_id__in=list(rows))
        fields = ("title", "autocomplete", "body")
        known = {object_id: tuple(texts) for object_id, *texts in entries.values_list("object_id", *fields)}
        for object_id, texts in rows.items():
            if object_id in known and known[object_id] != texts:
                entries.filter(object_id=object_id).update(**self._values(texts))
        self.entries.bulk_create(
            IndexEntry(content_type_id=content_type, object_id=object_id, **self._values(texts))
            for object_id, texts in rows.items()
            if object_id not in known
        )

    def _values(self, texts: Texts) -> dict[str, AnyType]:
        title, autocomplete, body = texts
        return {"title": title, "autocomplete": autocomplete, "body": body, "title_norm": norm(title)}

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Nothing to renew: the weight of a title is worked out when it is written."""


class PairsBackend(SQLiteSearchBackend):
    """Wagtail's SQLite backend with pairs of characters."""

    index_class = PairsIndex
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = TypingCompiler
    results_class = Results
    # In one transaction a rebuild would keep everybody else from writing until its end.
    atomic_rebuilder_class = SQLiteSearchRebuilder

    def find(self, matching: Matching, content_types: Collection[int], columns: Collection[str]) -> list[Hit]:
        if matching.wanted is None or not content_types:
            return []
        types = ", ".join(str(int(content_type)) for content_type in content_types)
        rows = _ask(RANKED.format(types=types), _match(matching.wanted, columns))
        in_title = _rows(_match(matching.wanted, [TITLE])) if TITLE in columns and len(rows) > 1 else set()
        phrases = tuple(phrase for phrase in matching.phrases if len(phrase.terms) > 1)
        exact = _rows(_match(All(phrases), columns)) if phrases and len(rows) > 1 else set()
        scored = [
            (score(in_title=row in in_title, is_exact=row in exact, title_norm=weight, body=body), row, kind, pk)
            for row, kind, pk, weight, body in rows
        ]
        return [Hit(kind, pk, points) for points, _, kind, pk in sorted(scored, reverse=True)]


def _texts(document: documents.Document) -> Texts:
    return index_text(document.title), index_text(document.autocomplete), index_text(document.body)


def _ask(sql: str, match: str) -> list[tuple[AnyType, ...]]:
    with connections[router.db_for_read(IndexEntry)].cursor() as cursor:
        cursor.execute(sql, [match])
        return cursor.fetchall()


def _rows(match: str) -> set[int]:
    return {row for (row,) in _ask(ROWS, match)}


def _match(wanted: Wanted, columns: Collection[str]) -> str:
    return f"{{{' '.join(columns or EVERYWHERE)}}} : {_fts(wanted)}"


def _fts(wanted: Wanted) -> str:
    """Return the query in the language of FTS5. Terms are letters and digits only, so quoting them is enough."""
    match wanted:
        case Term(text, is_prefix):
            return f'"{text}" *' if is_prefix else f'"{text}"'
        case Phrase(terms, _):
            return _fts(Term(" ".join(term.text for term in terms), terms[-1].is_prefix))
        case All(parts):
            return f"({' AND '.join(map(_fts, parts))})"
        case Any(parts):
            return f"({' OR '.join(map(_fts, parts))})"
        case Except(some, others):
            return f"({_fts(some)} NOT {_fts(others)})"
    raise TypeError(wanted)
