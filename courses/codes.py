"""Course codes such as XZ-01: letters of the subject, a number within it."""

from __future__ import annotations

import re
from typing import Any

NUMBERED = re.compile(r"^(.*?)(\d+)$")
LENGTH = 20


def next_code(courses: Any, code: str) -> str:
    """Return the next free code after `code` among the courses: XZ-03 after XZ-01 if XZ-02 is taken. One query."""
    found = NUMBERED.match(code)
    stem, digits = found.groups() if found else (f"{code}-", "01")
    taken = {value.casefold() for value in courses.filter(code__istartswith=stem).values_list("code", flat=True)}
    number = int(digits)
    while True:
        number += 1
        tail = str(number).zfill(len(digits))
        free = f"{stem[: LENGTH - len(tail)]}{tail}"
        if free.casefold() not in taken:
            return free
