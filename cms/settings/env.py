"""What the environment decides: the backends. How strict the site is, the other settings modules decide.

Every variable read here stands in `.env.example` and in `docs/operations.md`; a test keeps the three equal.
"""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from core.db.sqlite import journal_mode, use_current_library

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
SQLITE_VERSION = use_current_library()

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
REDIS_URL = env.str("REDIS_URL", default="")
NOWHERE = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


def database() -> dict[str, Any]:
    """Return the default database: SQLite made safe for several processes, or what DATABASE_URL names."""
    config: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
    config["CONN_MAX_AGE"] = 600
    config["CONN_HEALTH_CHECKS"] = True
    if config["ENGINE"] == "django.db.backends.sqlite3":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        config["OPTIONS"] = sqlite_options()
    return config


def sqlite_options() -> dict[str, Any]:
    """IMMEDIATE takes the write lock at BEGIN, so that read-then-write never ends in "database is locked"."""
    pragmas = [f"journal_mode={journal_mode(SQLITE_VERSION)}", "synchronous=FULL", "foreign_keys=ON"]
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": " ".join(f"PRAGMA {pragma};" for pragma in pragmas),
    }


def caches() -> dict[str, Any]:
    """Return the caches.

    The default one is shared by all processes (sign-in limits need that). Renditions and what every reader sees alike
    (`core.freshness.kept`) are kept by each process; whole pages for visitors too (`cms.page_cache`), and Redis, if
    there is one, shares those.
    """
    prefix = hashlib.sha256(DATABASE_URL.encode()).hexdigest()[:8]
    shared: dict[str, Any] = {"BACKEND": "core.cache.RedisOrNothing", "LOCATION": REDIS_URL}
    shared["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 2}  # pages do without it rather than wait
    if not REDIS_URL:
        shared = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "cache")}
        shared["OPTIONS"] = {"MAX_ENTRIES": 20_000}  # a flood must not push out the locks
    return {
        "default": {**shared, "KEY_PREFIX": prefix},
        "pages": {**shared, "KEY_PREFIX": f"{prefix}-pages"} if REDIS_URL else NOWHERE,
        "kept": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "kept",
            "OPTIONS": {"MAX_ENTRIES": 1000},
        },
        "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
    }


def span_of_day(text: str) -> tuple[datetime.time, datetime.time]:
    """Return "21:00-08:00" as two times of day. Raises ImproperlyConfigured if it is none."""
    try:
        start, end = (datetime.time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ImproperlyConfigured(f"Write hours of the day as 21:00-08:00, not as {text!r}.") from None
    return start, end
