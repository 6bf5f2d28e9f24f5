"""The few things that every test shares. Rows come from `tests.factories`."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.utils import translation


@pytest.fixture(autouse=True)
def fresh_process_state() -> Iterator[None]:
    """Caches and the language outlive a test; a rolled back transaction does not reach them."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()
    translation.deactivate()
