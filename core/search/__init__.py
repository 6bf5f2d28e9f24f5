"""The search backend that WAGTAILSEARCH_BACKENDS names: Wagtail's database search, made to find Chinese words."""

from typing import Any

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend for the default database; where it has no full-text search, Wagtail's own.

    The modules are imported here because each needs its own database's table of entries.
    """
    if connection.vendor == "postgresql":
        from core.search import postgres

        return postgres.PairsBackend(params)
    backend = database.SearchBackend(params)
    if connection.vendor == "sqlite" and database.USE_SQLITE_FTS:
        from core.search import sqlite

        return sqlite.PairsBackend(params)
    return backend
