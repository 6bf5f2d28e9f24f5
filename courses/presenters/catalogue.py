"""The cards of the catalogue."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from courses.models import CoursePage
from courses.presenters.runs import RunView, views_of
from courses.selectors.catalogue import card_runs


@dataclass(frozen=True)
class Card:
    """A course and the class that it names, if there is one."""

    course: CoursePage
    view: RunView | None


def cards(courses: Iterable[CoursePage], person: Any, at: datetime.datetime) -> list[Card]:
    """Present one page of `selectors.catalogue.catalogue` with a constant number of queries."""
    rows = list(courses)
    views = {view.run.course_id: view for view in views_of(card_runs(rows).values(), person, at)}
    return [Card(course, views.get(course.pk)) for course in rows]
