"""Which SQLite library is in use, and which journal mode is safe with it.

Every SQLite from 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write and checkpoint at once
(https://sqlite.org/wal.html#walresetbug); 3.51.3 and two backports are sound. No Django import here: the
settings need this module before Django is set up.
"""

import sys

Version = tuple[int, int, int]

FIRST_SOUND: Version = (3, 51, 3)
BACKPORTS: dict[tuple[int, int], int] = {(3, 50): 7, (3, 44): 6}


def wal_is_safe(version: Version) -> bool:
    """Tell whether write-ahead logging can be trusted with this library version."""
    if version >= FIRST_SOUND:
        return True
    fixed_patch = BACKPORTS.get(version[:2])
    return fixed_patch is not None and version[2] >= fixed_patch


def journal_mode(version: Version) -> str:
    """Return the fastest journal mode that is safe with this library version."""
    return "WAL" if wal_is_safe(version) else "DELETE"


def use_current_library() -> Version:
    """Put the bundled SQLite in place of an unsound system one; return the version that is in use.

    Must run before Django's SQLite backend is imported. Does nothing where the bundled library is not installed.
    """
    import sqlite3

    if not wal_is_safe(sqlite3.sqlite_version_info):
        try:
            import pysqlite3
        except ImportError:
            return sqlite3.sqlite_version_info
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
        return pysqlite3.sqlite_version_info
    return sqlite3.sqlite_version_info
