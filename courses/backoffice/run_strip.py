"""The strip above every screen of one class: where it stands and what may be done next."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from courses.backoffice.run_actions import actions_for
from courses.backoffice.run_state import is_lively, period, state_label
from courses.enums import RunState, RunStatus
from courses.models import CourseRun

BEFORE = (RunStatus.PLANNED, RunStatus.READY, RunStatus.POSTPONED)


def run_context(run: CourseRun, may_change: bool = True) -> dict[str, Any]:
    """What the strip shows. No query if course and organiser are there."""
    actions = [(action, action.url(run)) for action in actions_for(run)] if may_change else []
    at = timezone.now()
    return {
        "run": run,
        "state": state_label(run),
        "is_lively": is_lively(run),
        "period": period(run),
        "actions": actions,
        "may_change": may_change,
        "is_next": run.status in BEFORE or run.state(at) == RunState.ASSESSING,
        "is_over": run.ends_at is not None and run.ends_at <= at,
    }
