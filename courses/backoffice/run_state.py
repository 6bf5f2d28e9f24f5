"""A class in few words, as the screens of the back office say it."""

from django.utils import timezone

from courses.enums import RunState
from courses.models import CourseRun
from courses.presenters import dates

LIVELY = (RunState.OPEN, RunState.FULL, RunState.RUNNING)
LISTED = 20


def state_label(run: CourseRun) -> str:
    return str(run.state(timezone.now()).label)


def is_lively(run: CourseRun) -> bool:
    """True for states that a coordinator's eye should catch."""
    return run.state(timezone.now()) in LIVELY


def period(run: CourseRun) -> str:
    return dates.period(run.starts_at, run.ends_at) if run.starts_at and run.ends_at else ""


def seats(run: CourseRun) -> str:
    return f"{run.seats_taken}/{run.capacity}"
