"""Reads the files under `data/`: the only module that knows their columns."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one CSV file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def text(name: str) -> Any:
    """Return what one YAML file holds."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def lessons(code: str) -> dict[str, Any]:
    """Return the written course text, or nothing if nobody has written it yet."""
    return text(f"lessons/{code}") if (DATA / "lessons" / f"{code}.yaml").exists() else {}


@dataclass(frozen=True)
class RunRow:
    """One line of runs.csv, its lists split."""

    class_no: str
    course_code: str
    offsets: tuple[int, ...]
    begins: datetime.time
    ends: datetime.time
    venue: str
    capacity: int
    status: str

    @property
    def intake_no(self) -> int:
        return int(self.class_no.rsplit("-", 1)[1])

    def class_no_in(self, year: int) -> str:
        """The class number as it reads when the first session falls in that year."""
        return f"{year}-{self.class_no.split('-', 1)[1]}"


def runs() -> list[RunRow]:
    return [_run(row) for row in rows("runs")]


def _run(row: dict[str, str]) -> RunRow:
    begins, ends = (datetime.time.fromisoformat(part) for part in row["time"].split("-"))
    return RunRow(
        class_no=row["class_no"],
        course_code=row["course_code"],
        offsets=tuple(int(part) for part in row["session_offsets_workdays"].split("|")),
        begins=begins,
        ends=ends,
        venue=row["venue"],
        capacity=int(row["capacity"]),
        status=row["status"],
    )
