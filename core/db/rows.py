"""Rows that are written by the hundred in one minute, with SQL that is put together once.

To build the same INSERT anew for each row takes Django longer than the database takes to store it, and all the while
others wait for the lock that the writer holds.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import Field, Model


class _Statement(NamedTuple):
    sql: str
    fields: list[Field[Any, Any]]


def insert(row: Model) -> None:
    """Store a new row, and give it its key. One statement.

    Only for models that nothing listens to: no signal is sent and `save` is not called. The key is made by the
    database. Raises IntegrityError and the like, as `save` does.
    """
    using = router.db_for_write(type(row), instance=row)
    connection, statement = connections[using], _statement(type(row), using)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in statement.fields]
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, using  # noqa: SLF001 - as `save` leaves it


@cache
def _statement(model: type[Model], using: str) -> _Statement:
    quote, meta = connections[using].ops.quote_name, model._meta  # noqa: SLF001
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    return _Statement(f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {key}", fields)  # noqa: S608 - own names
