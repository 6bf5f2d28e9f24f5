"""What every reader sees alike is kept under a stamp that every publication renews."""

from typing import Any

import pytest
from django.core.cache import cache

from core.freshness import KEY, kept, stamp, touch

LOCAL = "django.core.cache.backends.locmem.LocMemCache"


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> Any:
    settings.CACHES = {**settings.CACHES, "kept": {"BACKEND": LOCAL, "LOCATION": "kept-in-tests"}}
    cache.delete(KEY)
    yield
    cache.delete(KEY)


def test_a_value_is_built_once_until_something_is_published(db: None, django_capture_on_commit_callbacks: Any) -> None:
    built: list[int] = []

    def build() -> list[int]:
        built.append(1)
        return [len(built)]

    first, second = kept("value", build), kept("value", build)
    with django_capture_on_commit_callbacks(execute=True):
        touch()
    assert (first, second, kept("value", build)) == ([1], [1], [2])


def test_nobody_changes_the_copy_of_another() -> None:
    kept("list", lambda: [1]).append(2)
    assert kept("list", lambda: [9]) == [1]


def test_nothing_is_a_value_too() -> None:
    answers = iter([None, "later"])
    assert (kept("nothing", lambda: next(answers)), kept("nothing", lambda: next(answers))) == (None, None)


def test_the_stamp_is_renewed_when_the_transaction_is_through(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    before = stamp()
    with django_capture_on_commit_callbacks(execute=True):
        touch()
        inside = stamp()
    assert (inside == before, stamp() == before) == (True, False)


def test_without_the_shared_cache_everything_is_built_anew(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    class Unreachable:
        def get(self, *_args: Any) -> None:
            raise ConnectionError

        set = get

    monkeypatch.setattr("core.freshness.cache", Unreachable())
    answers = iter([1, 2])
    assert (kept("value", lambda: next(answers)), kept("value", lambda: next(answers)), stamp()) == (1, 2, "")


def test_an_unreachable_cache_does_not_stop_a_publication(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    class Unreachable:
        def set(self, *_args: Any) -> None:
            raise ConnectionError

    monkeypatch.setattr("core.freshness.cache", Unreachable())
    with django_capture_on_commit_callbacks(execute=True):
        touch()
    assert [record.name for record in caplog.records] == ["core.freshness"]
