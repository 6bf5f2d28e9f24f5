"""A progress bar on stderr that says nothing when nobody watches."""

from __future__ import annotations

import sys
from typing import TextIO

WIDTH = 30


class Progress:
    """Counts steps and redraws one line."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total = total
        self.done = 0
        self.stream = stream or sys.stderr
        self.visible = self.stream.isatty()

    def step(self, label: str) -> None:
        """Say what is being done now; the step before counts as done."""
        if self.visible:
            filled = WIDTH * self.done // self.total
            self.stream.write(f"\r\033[K[{'#' * filled}{'.' * (WIDTH - filled)}] {label}")
            self.stream.flush()
        self.done = min(self.done + 1, self.total)

    def finish(self) -> None:
        if self.visible:
            self.stream.write("\r\033[K")
            self.stream.flush()
