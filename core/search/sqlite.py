"""SQLite's search index with looking and writing in one transaction."""

from typing import Any

from django.db import transaction
from modelsearch.backends.database.sqlite.sqlite import SQLiteIndex


class OneAtATimeIndex(SQLiteIndex):
    """The stock index under the write lock, which an IMMEDIATE transaction takes at its start."""

    def add_items(self, model: Any, objs: Any) -> None:
        with transaction.atomic(using=self.write_connection.alias):
            super().add_items(model, objs)
