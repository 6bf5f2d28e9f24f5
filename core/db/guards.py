"""Evidence that the database itself keeps: triggers refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too).

An app guards its models once, at start-up, and connects `install` to `post_migrate`: a migration that builds a table
anew, as SQLite must for most changes, loses the triggers, and gets them back before `migrate` ends. A migration that
has to change evidence takes the guard off in a step of its own (`taken_off`), where everybody can read it. Whoever owns
the database can do so too; that is found by what is chained over the rows (`docs/rules/attendance.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from core.invariants import invariant

PREFIX = "kept_"
FUNCTION = "refuse_change_of_evidence"
MESSAGE = "evidence is never changed or deleted"
_guarded: list[type[models.Model]] = []


def guard(*rows: type[models.Model]) -> None:
    """Register models whose rows are never changed or deleted."""
    _guarded.extend(model for model in rows if model not in _guarded)


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Put the triggers of every guarded table in place, new or again; a receiver of `post_migrate`."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in _preparation(connection):
            cursor.execute(statement)
        for table in _tables() & there:
            for statement in (*_removal(connection, table), *_creation(connection, table)):
                cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take all triggers away."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in _tables() & there:
            for statement in _removal(connection, table):
                cursor.execute(statement)


@contextmanager
def taken_off(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """For a migration that must change evidence, and for tests: without triggers inside, with them after."""
    remove(using)
    yield
    install(using)


def _tables() -> set[str]:
    return {model._meta.db_table for model in _guarded}  # noqa: SLF001 - Django's way to the name of a table


def _kinds(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return ("UPDATE", "DELETE", "TRUNCATE") if connection.vendor == "postgresql" else ("UPDATE", "DELETE", "INSERT")


def _name(table: str, kind: str) -> str:
    return f"{PREFIX}{table}_{kind.lower()}"


def _preparation(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor != "postgresql":
        return []
    return [
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]


def _removal(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {_name(table, kind)}{where}" for kind in _kinds(connection)]


def _creation(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "postgresql":
        row = {"TRUNCATE": "STATEMENT"}
        return [
            f"CREATE TRIGGER {_name(table, kind)} BEFORE {kind} ON {table} "
            f"FOR EACH {row.get(kind, 'ROW')} EXECUTE FUNCTION {FUNCTION}()"
            for kind in _kinds(connection)
        ]
    # INSERT OR REPLACE deletes without asking the trigger for DELETE.
    again = f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - a table of ours
    return [
        f"CREATE TRIGGER {_name(table, kind)} BEFORE {kind} ON {table}{again if kind == 'INSERT' else ''} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for kind in _kinds(connection)
    ]


@invariant("core.evidence_is_guarded")
def evidence_is_guarded() -> Iterator[str]:
    """Every table of evidence has its triggers, in force."""
    connection = connections[DEFAULT_DB_ALIAS]
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    for table in sorted(_tables()):
        missing = [kind for kind in _kinds(connection) if _name(table, kind) not in there]
        if missing:
            yield f"{table}: nothing refuses {', '.join(missing)}"
