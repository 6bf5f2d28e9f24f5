"""Redis as a cache that may be missing: what cannot be reached is not there.

The site itself, Wagtail and the sign-in limits all ask the shared cache. Without this a Redis that goes away takes
every page with it. Nothing is pretended to be stored: `add` says no, so that the sign-in limits, which add a lock
first, let nobody in while they cannot count; `incr` still fails, as it would for a missing key.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
SAY_AGAIN = 60  # seconds
_said = float("-inf")


class RedisOrNothing(RedisCache):
    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (RedisError, OSError):
            _say()
            return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except (RedisError, OSError):
            _say()

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        try:
            return bool(super().add(key, value, timeout, version))
        except (RedisError, OSError):
            _say()
            return False

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return bool(super().delete(key, version))
        except (RedisError, OSError):
            _say()
            return False


def _say() -> None:
    """Once a minute is enough for the log."""
    global _said
    if time.monotonic() - _said >= SAY_AGAIN:
        _said = time.monotonic()
        log.error("Redis cannot be reached: pages are made anew each time, and nobody can sign in.")
