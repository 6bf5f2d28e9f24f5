"""Waiting one's turn for SQLite's only write lock."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")
_turn = threading.Lock()


def in_turn(write: Callable[P, R]) -> Callable[P, R]:
    """Let the threads of one process begin this transaction one after another on SQLite.

    SQLite lets waiting connections try again at random, so that with hundreds of them some wait past every timeout.
    Inside a transaction, and on other databases, the write goes straight on. Stands above `transaction.atomic`.
    """

    @wraps(write)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            return write(*args, **kwargs)
        with _turn:
            return write(*args, **kwargs)

    return waiting
