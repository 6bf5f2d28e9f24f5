"""The system checks refuse what would lose data on SQLite."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from core import checks
from core.checks import sqlite_is_safe


def codes(connection: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(checks, "connections", {"default": connection})
    return [str(message.id) for message in sqlite_is_safe(databases=["default"])]


class Connection:
    """As much of a connection as the checks look at."""

    vendor = "sqlite"

    def __init__(self, *, version: tuple[int, int, int], journal: str, mode: str, atomic_requests: bool) -> None:
        self.Database = SimpleNamespace(sqlite_version_info=version)
        self.journal = journal
        self.transaction_mode = mode
        self.settings_dict = {"ATOMIC_REQUESTS": atomic_requests}

    def cursor(self) -> "Connection":
        return self

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def execute(self, sql: str) -> "Connection":
        return self

    def fetchone(self) -> tuple[str]:
        return (self.journal,)


@pytest.mark.parametrize(
    ("version", "journal", "mode", "atomic_requests", "expected"),
    [
        ((3, 53, 4), "wal", "IMMEDIATE", False, []),
        ((3, 40, 1), "delete", "IMMEDIATE", False, []),
        ((3, 40, 1), "wal", "IMMEDIATE", False, ["core.E001"]),
        ((3, 53, 4), "wal", "DEFERRED", False, ["core.E002"]),
        ((3, 53, 4), "wal", "IMMEDIATE", True, ["core.W001"]),
        ((3, 40, 1), "wal", None, True, ["core.E001", "core.E002", "core.W001"]),
    ],
)
def test_unsafe_settings_are_named(
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    journal: str,
    mode: str,
    atomic_requests: bool,
    expected: list[str],
) -> None:
    stand_in = Connection(version=version, journal=journal, mode=mode, atomic_requests=atomic_requests)
    assert codes(stand_in, monkeypatch) == expected


@pytest.mark.django_db
def test_our_own_settings_pass() -> None:
    assert connection.vendor in ("sqlite", "postgresql")
    assert sqlite_is_safe(databases=["default"]) == []


def test_nothing_is_asked_of_databases_that_were_not_named() -> None:
    assert sqlite_is_safe() == []
