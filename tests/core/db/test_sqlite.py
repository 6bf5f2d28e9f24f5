"""Which SQLite libraries may use write-ahead logging."""

import sys

import pytest
from django.db import connection

from core.db.sqlite import journal_mode, use_current_library, wal_is_safe

SOUND = [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 52, 0), (4, 0, 0)]
UNSOUND = [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 46, 1), (3, 50, 6), (3, 51, 2)]


@pytest.mark.parametrize("version", SOUND)
def test_sound_libraries_use_wal(version: tuple[int, int, int]) -> None:
    assert (wal_is_safe(version), journal_mode(version)) == (True, "WAL")


@pytest.mark.parametrize("version", UNSOUND)
def test_unsound_libraries_use_the_rollback_journal(version: tuple[int, int, int]) -> None:
    assert (wal_is_safe(version), journal_mode(version)) == (False, "DELETE")


def test_choosing_the_library_twice_changes_nothing() -> None:
    assert use_current_library() == sys.modules["sqlite3"].sqlite_version_info


@pytest.mark.sqlite
@pytest.mark.django_db
def test_connection_is_set_up_for_several_processes() -> None:
    def pragma(name: str) -> object:
        with connection.cursor() as cursor:
            return cursor.execute(f"PRAGMA {name}").fetchone()[0]

    version = connection.Database.sqlite_version_info
    assert pragma("journal_mode").upper() == journal_mode(version)
    assert (pragma("synchronous"), pragma("foreign_keys"), pragma("busy_timeout")) == (2, 1, 20_000)
