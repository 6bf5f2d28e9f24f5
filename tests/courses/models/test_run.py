"""The state of a run is said twice, for one row and for a set; both must agree."""

import datetime

import pytest
from django.utils import timezone

from courses.enums import RunState
from courses.models import CourseRun
from tests.factories import CourseRunFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
STATES = {
    "coming": RunState.COMING,
    "closed": RunState.AWAITING,
    "running": RunState.RUNNING,
    "finished": RunState.ASSESSING,
    "concluded": RunState.CONCLUDED,
    "archived": RunState.ARCHIVED,
    "planned": RunState.PLANNED,
    "ready": RunState.READY,
    "postponed": RunState.POSTPONED,
    "cancelled": RunState.CANCELLED,
    "full": RunState.FULL,
}


def states(run, at):
    """Every state whose queryset holds the run."""
    return [state for state in RunState if CourseRun.objects.in_state(state, at).filter(pk=run.pk).exists()]


@pytest.mark.parametrize(("trait", "state"), STATES.items())
def test_state_and_queryset_agree(trait, state):
    now, run = timezone.now(), CourseRunFactory(**{trait: True})
    run.refresh_from_db()
    assert (run.state(now), states(run, now)) == (state, [state])


def test_a_run_with_free_seats_is_open_until_somebody_waits():
    now, run = timezone.now(), CourseRunFactory(capacity=2)
    assert (run.state(now), run.free_seats, states(run, now)) == (RunState.OPEN, 2, [RunState.OPEN])
    EnrolmentFactory(run=run, waitlisted=True)
    assert (run.state(now), run.free_seats, states(run, now)) == (RunState.FULL, 0, [RunState.FULL])


@pytest.mark.parametrize("moment", ["sign_up_opens_at", "sign_up_closes_at", "starts_at", "ends_at"])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_both_agree_at_every_edge(moment, seconds):
    run = CourseRunFactory()
    at = getattr(run, moment) + datetime.timedelta(seconds=seconds)
    assert states(run, at) == [run.state(at)]


@pytest.mark.parametrize(("reserve", "state"), [(0, RunState.OPEN), (1, RunState.OPEN), (2, RunState.FULL)])
def test_seats_kept_for_units_leave_a_class_open_and_the_reserve_does_not(reserve, state):
    now, run = timezone.now(), CourseRunFactory(capacity=2, seats_held=2, reserve=reserve)
    assert (run.state(now), run.free_seats, states(run, now)) == (state, 0, [state])
