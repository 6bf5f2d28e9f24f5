"""What people of the demo were told lately. Their sign-ups have written letters already; old ones have been read."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from courses.enums import ON_ROSTER
from courses.models import CourseRun
from courses.services import telling
from home.demo.workdays import Workdays
from messaging.models import Message
from people.models import User

READ_AFTER = datetime.timedelta(days=3)
LEARNER, OFFICE = "learner", "office"
EVE = datetime.time(16, 0)
OLD_VENUE = "二楼第一会议室"


@transaction.atomic
def load_messages(days: Workdays) -> int:
    """Tell of a new place and, as of the day before, of the classes of the load day. Return how many letters."""
    if Message.objects.filter(kind="class_changed").exists():
        return 0
    before = Message.objects.count()
    run = _next_class()
    if run is not None:
        telling.venue_changed(run, OLD_VENUE, by=User.objects.get(username=OFFICE))
    day_before = days.load_day - datetime.timedelta(days=1)
    telling.remind(timezone.make_aware(datetime.datetime.combine(day_before, EVE)))
    _read_what_is_old()
    return Message.objects.count() - before


def _next_class() -> CourseRun | None:
    """The next class of the demo's learner."""
    runs = CourseRun.objects.upcoming(timezone.now()).select_related("course")
    mine = runs.filter(enrolments__person__username=LEARNER, enrolments__status__in=ON_ROSTER)
    return mine.order_by("starts_at").first()


def _read_what_is_old() -> None:
    at = timezone.now()
    Message.objects.filter(created_at__lt=at - READ_AFTER).mark_read(at)
