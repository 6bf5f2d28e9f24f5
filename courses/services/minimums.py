"""Classes that too few people signed up for: flagged when sign-up closes, decided by the office."""

import datetime

from django.db import transaction
from django.db.models import F

from core import audit
from courses.enums import RunStatus
from courses.models import CourseRun
from courses.services import seats, telling
from courses.signals import run_below_minimum


def flag_short_runs(at: datetime.datetime) -> int:
    """Flag published classes whose sign-up is over and whose minimum is not reached. Returns how many are new.

    Nothing is cancelled by itself: the office postpones, cancels, or lets the class take place.
    """
    due = CourseRun.objects.filter(
        status=RunStatus.PUBLISHED,
        sign_up_closes_at__lte=at,
        starts_at__gt=at,
        below_minimum_at__isnull=True,
        seats_taken__lt=F("minimum"),
    )
    return sum(_flag(run, at) for run in due.select_related("course").order_by("pk"))


@transaction.atomic
def _flag(run: CourseRun, at: datetime.datetime) -> bool:
    stored = seats.lock(run)
    if stored.below_minimum_at is not None or stored.minimum is None or stored.seats_taken >= stored.minimum:
        return False
    CourseRun.objects.filter(pk=run.pk).update(below_minimum_at=at)
    data = {"minimum": stored.minimum, "people": stored.seats_taken}
    audit.record("courses.run_below_minimum", run, by=None, data=data)
    telling.below_minimum(run, taken=stored.seats_taken, least=stored.minimum, at=at)
    run_below_minimum.send(sender=CourseRun, run=run)
    return True
