"""A class as lists and pages show it: its state, its seats, its button."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from courses.enums import RunState
from courses.models import CourseRun
from courses.presenters import dates, signup
from courses.services.enrolment import verdicts

BADGES = {
    RunState.OPEN: "open",
    RunState.FULL: "full",
    RunState.COMING: "coming",
    RunState.AWAITING: "closed",
    RunState.RUNNING: "running",
    RunState.POSTPONED: "warn",
    RunState.CANCELLED: "warn",
}


def new_key() -> str:
    """An idempotency key for one form: pressing its button twice is pressing it once."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class RunView:
    """One class for one reader at one moment."""

    run: CourseRun
    state: RunState
    offer: signup.Offer
    key: str = field(default_factory=new_key)

    @property
    def badge(self) -> str:
        return BADGES.get(self.state, "done")

    @property
    def period(self) -> str:
        if self.run.starts_at is None or self.run.ends_at is None:
            return ""
        return dates.period(self.run.starts_at, self.run.ends_at)

    @property
    def seats(self) -> str:
        """Empty once seats no longer matter."""
        return signup.seats(self.run) if self.state in (RunState.OPEN, RunState.FULL, RunState.COMING) else ""


def views_of(runs: Iterable[CourseRun], person: Any, at: datetime.datetime) -> list[RunView]:
    """Present many classes to one reader with a constant number of queries."""
    rows = list(runs)
    judged = verdicts(person=person, runs=rows, at=at) if rows and person.is_authenticated else {}
    return [RunView(run, run.state(at), signup.present(run, judged.get(run.pk), at=at)) for run in rows]
