"""`serve` says in one sentence why it cannot start."""

import socket

import pytest
from django.core.management.base import CommandError

from core.management.commands.serve import free_port


@pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "80.5"])
def test_port_must_be_a_port(port: str) -> None:
    with pytest.raises(CommandError, match="1 to 65535"):
        free_port("127.0.0.1", port)


def test_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with pytest.raises(CommandError, match=f"端口 {port} 已被占用"):
            free_port("127.0.0.1", port)


def test_free_port_is_taken_as_it_is() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    assert free_port("127.0.0.1", str(port)) == port
