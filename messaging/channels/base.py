"""What a channel is, and the two ways in which it can fail.

    with channel.line() as line:     # may raise NotSent: nobody could be reached
        line.send(delivery)          # returns when the other side has taken the letter

`NotSent` says that the letter certainly has not gone out, `Unanswered` that nobody knows.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from messaging.models import Delivery

TIMEOUT = 20  # seconds for each step of a conversation; with all steps far below the lease of a delivery


class ChannelFault(Exception):
    """`code` is a `Fault`, `number` what the server answered, `hangs_up` that the line is of no more use."""

    def __init__(self, code: str, number: int | None = None, *, hangs_up: bool = False) -> None:
        self.code, self.number, self.hangs_up = code, number, hangs_up
        super().__init__(self.text)

    @property
    def text(self) -> str:
        return f"{self.code}:{self.number}" if self.number else str(self.code)


class NotSent(ChannelFault):
    """The letter has not gone out. `is_final` says that another try is of no use."""

    def __init__(self, code: str, number: int | None = None, *, hangs_up: bool = False, is_final: bool = False) -> None:
        super().__init__(code, number, hangs_up=hangs_up)
        self.is_final = is_final


class Unanswered(ChannelFault):
    """The letter was handed over, and the answer never came."""


class Line(Protocol):
    """An open line to the other side."""

    def send(self, delivery: Delivery) -> None:
        """Send one letter. Raises NotSent, Unanswered."""


class Channel(Protocol):
    """One way out. `is_set_up` is false where the installation has none: then its letters wait until there is one."""

    @property
    def is_set_up(self) -> bool: ...

    def line(self) -> AbstractContextManager[Line]: ...
