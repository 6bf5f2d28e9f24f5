"""Counting questions, for all processes together."""

from typing import Any

import pytest
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisConnectionError

from core.throttle import Limit, address_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    now = [1_800_000_000.0]
    monkeypatch.setattr("core.throttle.time.time", lambda: now[0])
    return now


def test_so_many_and_no_more_then_again_in_the_next_window(clock: Any) -> None:
    limit = Limit("test", most=2)
    clock[0] += 15
    assert [limit.wait("a") for _number in range(4)] == [0, 0, 45, 45]
    clock[0] += 45
    assert limit.wait("a") == 0


def test_each_key_and_each_name_counts_for_itself(clock: Any) -> None:
    one, two = Limit("one", most=1), Limit("two", most=1)
    assert [one.wait("a"), one.wait("b"), two.wait("a"), one.wait("a") > 0] == [0, 0, 0, True]


def test_without_the_cache_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def add(self, *args: Any) -> bool:
            raise RedisConnectionError

    monkeypatch.setattr("core.throttle.cache", Gone())
    assert [Limit("gone", most=1).wait("a") for _number in range(3)] == [0, 0, 0]


def test_a_header_of_nobody_we_trust_is_no_address(settings: Any) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6"}, REMOTE_ADDR="10.0.0.1")
    assert address_of(request) == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(request) == "6.6.6.6"
