"""What one kind of table is: its columns, who may import it, what a row means, how it is written and taken back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from core.tables.layout import Column, Record
from core.tables.repairs import Cleaned
from people.enums import RowResult
from people.models import ImportBatch, ImportRow, User

NEW, SKIP = "new", "skip"  # choices beside the key of a candidate


@dataclass
class Draft:
    """A row while it is judged; the fields are those of `ImportRow`. Fixed problems are those of its own cells."""

    number: int
    cells: dict[str, list[str]]
    values: dict[str, Any]
    repairs: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    result: str = RowResult.NEW
    target: int | None = None
    candidates: list[int] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    choice: str = ""

    @classmethod
    def of(cls, record: Record) -> Draft:
        return cls(record.number, {name: [cell.address, cell.text] for name, cell in record.cells.items()}, {})

    @classmethod
    def stored(cls, row: ImportRow) -> Draft:
        """The draft of a stored row, to be judged again."""
        fixed = [problem for problem in row.problems if problem.get("fixed")]
        return cls(row.number, row.cells, row.values, list(row.repairs), fixed, choice=row.choice)

    def take(self, name: str, cleaned: Cleaned, value: Any = None) -> Any:
        """Note what was found in one cell; return its value. `value` is stored instead, if given."""
        self.repairs += cleaned.repairs
        if cleaned.problem:
            problem = cleaned.problem
            self.problems.append(
                {"code": problem.code, "cell": problem.cell, "params": dict(problem.params), "fixed": True}
            )
            return None
        self.values[name] = cleaned.value if value is None else value
        return cleaned.value

    def refuse(self, code: str, *fields: str, **params: Any) -> None:
        """Refuse the row because of the rest of the table or of the database, at the first of the fields it has."""
        given = [name for name in fields if name in self.cells]
        cell = self.cells[given[0]][0] if given else str(self.number)
        self.problems.append({"code": code, "cell": cell, "params": params})

    def repair(self, code: str) -> None:
        if code not in self.repairs:
            self.repairs.append(code)

    @property
    def is_sound(self) -> bool:
        return not self.problems


class ImportKind(ABC):
    """One kind of table. Make one instance, and `register` it."""

    code: str
    title: str | Promise
    permissions: tuple[str, ...]
    columns: tuple[Column, ...]
    target: str  # the field of ImportRow that names what a row is about: "person" or "unit"

    makes_rows = True  # whether a name that nobody has yet may be somebody new
    needs_context = False  # whether the table belongs to something, and starts from a screen of its own

    def start_url(self, context: Mapping[str, Any]) -> str:
        """Return where another table of this kind is uploaded."""
        return reverse("people_imports:start", args=[self.code])

    def result_url(self, context: Mapping[str, Any]) -> str:
        """Return where one sees what was written; empty if there is no such place."""
        return ""

    @abstractmethod
    def facts(self, by: User, context: Mapping[str, Any]) -> Any:
        """Read once, in a constant number of queries, what judging needs."""

    @abstractmethod
    def clean(self, record: Record, facts: Any) -> Draft:
        """Return the row with cleaned values; problems of its own cells are noted."""

    @abstractmethod
    def judge(self, drafts: Sequence[Draft], facts: Any) -> None:
        """Give every draft its result, target, candidates and changes, seen together with the others."""

    @abstractmethod
    def write(self, rows: Sequence[ImportRow], facts: Any, by: User) -> None:
        """Write the rows that are new or changed; give each its target and what undoing needs."""

    @abstractmethod
    def undo(self, batch: ImportBatch, rows: Sequence[ImportRow], facts: Any, by: User) -> None:
        """Take the rows back. Raises RowChangedSince, RowUsedSince."""


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> ImportKind:
    """Return the kind of that code. Raises KeyError."""
    return _kinds[code]


def all_kinds() -> Mapping[str, ImportKind]:
    return _kinds
