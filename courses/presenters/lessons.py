"""The lessons of a course as its page lists them: what each one asks of this reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.models import LessonPage, LessonProgress
from courses.permissions import Barrier, lesson_barrier


@dataclass(frozen=True)
class LessonRow:
    """One lesson in the list; `barrier` is empty if the reader may open it."""

    number: int
    lesson: LessonPage
    barrier: Barrier
    progress: LessonProgress | None = None

    @property
    def is_completed(self) -> bool:
        return bool(self.progress and self.progress.is_completed)


def rows_of(
    lessons: Iterable[LessonPage],
    person: Any,
    *,
    is_insider: bool,
    progress: Mapping[int, LessonProgress] | None = None,
) -> list[LessonRow]:
    """Present lessons in order; `progress` is the person's own, by lesson."""
    known = progress or {}
    return [
        LessonRow(number, lesson, lesson_barrier(person, lesson, is_insider=is_insider), known.get(lesson.pk))
        for number, lesson in enumerate(lessons, start=1)
    ]


@dataclass(frozen=True)
class Heading:
    """One line of the table of contents; `anchor` is the id that the heading block gives itself."""

    anchor: str
    text: str
    level: str


def contents_of(lesson: LessonPage) -> list[Heading]:
    """The headings of the text in order."""
    return [
        Heading(f"h-{block.id}", block.value["text"], block.value["level"])
        for block in lesson.body
        if block.block_type == "heading"
    ]
