"""The search backend that WAGTAILSEARCH_BACKENDS names: Wagtail's database search, made safe on SQLite."""

from typing import Any

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend for the default database.

    On SQLite the stock index looks whether a row is indexed and then inserts it, so a form and the task worker that
    index the same new document at once end in an IntegrityError for the person who uploaded it.
    """
    backend = database.SearchBackend(params)
    if connection.vendor == "sqlite" and database.USE_SQLITE_FTS:
        from core.search.sqlite import OneAtATimeIndex  # the module needs SQLite's own index table

        backend.index_class = OneAtATimeIndex
    return backend
