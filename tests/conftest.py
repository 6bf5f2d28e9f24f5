"""The few things that every test shares. Rows come from `tests.factories`."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation

STRICT = os.environ.get("CI") == "true" or os.environ.get("STRICT") == "1"
VENDORS = {"sqlite", "postgresql"}


@pytest.fixture(autouse=True)
def fresh_process_state() -> Iterator[None]:
    """Caches and the language outlive a test; a rolled back transaction does not reach them."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()
    translation.deactivate()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database: `@pytest.mark.sqlite`, `@pytest.mark.postgresql`."""
    others = VENDORS - {connection.vendor}
    left_out = [item for item in items if others & {mark.name for mark in item.iter_markers()}]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI a skipped test is a failure: what was not run was not tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if STRICT and skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(skipped)} skipped test(s) count as failures here.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
