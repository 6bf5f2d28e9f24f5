"""The few things that every test shares. Rows come from `tests.factories`."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

from core.db import guards

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
    """Let tests that commit restore the first rows; leave out what is about the other database (see the markers)."""
    for item in filter(commits, items):
        kept = {**item.get_closest_marker("django_db").kwargs, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**kept), append=False)
    others = VENDORS - {connection.vendor}
    left_out = [item for item in items if others & {mark.name for mark in item.iter_markers()}]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that really commits ends with an emptied database: put back what the migrations had put there.

    Evidence can be emptied only while its triggers are off; the site itself has no switch for that.
    """
    if commits(item):
        with item.config.stash[blocking_manager_key].unblock():
            guards.remove()
    yield
    if nextitem is not None and commits(item):  # after the last test the connection is no longer the tests' own
        with item.config.stash[blocking_manager_key].unblock():
            guards.install()
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI a skipped test is a failure: what was not run was not tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if STRICT and skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(skipped)} skipped test(s) count as failures here.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
