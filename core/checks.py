"""System checks that keep the embedded database out of known trouble."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from core.db.sqlite import wal_is_safe


@register(Tags.database)
def sqlite_is_safe(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse WAL on a library with the WAL-reset fault, and transactions that do not take the lock at once."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor == "sqlite":
            found += _check_journal(connection) + _check_transactions(connection)
    return found


def _check_journal(connection: Any) -> list[CheckMessage]:
    version = connection.Database.sqlite_version_info
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode.lower() != "wal" or wal_is_safe(version):
        return []
    return [
        Error(
            f"SQLite {'.'.join(map(str, version))} can corrupt a database in WAL mode.",
            hint="Install the pinned requirements (they bring a sound SQLite) or use journal_mode=DELETE.",
            id="core.E001",
        )
    ]


def _check_transactions(connection: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if connection.transaction_mode != "IMMEDIATE":
        found.append(Error('SQLite needs "transaction_mode": "IMMEDIATE".', id="core.E002"))
    if connection.settings_dict.get("ATOMIC_REQUESTS"):
        found.append(Warning("ATOMIC_REQUESTS holds SQLite's only write lock for whole requests.", id="core.W001"))
    return found
