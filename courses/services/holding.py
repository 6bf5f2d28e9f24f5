"""How long an offered seat is held."""

import datetime

from django.conf import settings
from django.utils import timezone

from courses.models import CourseRun

SHARE = 4  # of the time that is left before the class: two days before it, an offer stands half a day
SHORTEST = datetime.timedelta(minutes=30)


def offer_until(run: CourseRun, at: datetime.datetime) -> datetime.datetime:
    """Until when a seat offered at that moment is held.

    The run's hours, but no more than a quarter of the time until it begins and no less than half an hour; never later
    than the beginning. Nobody has to answer at night: an offer that would end in the quiet hours ends an hour after
    them, unless the class begins before.
    """
    begins = run.starts_at or at + datetime.timedelta(days=365)
    span = min(datetime.timedelta(hours=run.offer_hours), (begins - at) / SHARE)
    ends = after_quiet_hours(at + max(span, SHORTEST))
    return min(ends, begins)


def after_quiet_hours(moment: datetime.datetime) -> datetime.datetime:
    """The moment itself, or an hour after the quiet hours (Shanghai time) if it lies in them."""
    local = timezone.localtime(moment)
    evening, morning = settings.QUIET_HOURS
    is_late, is_early = local.time() >= evening, local.time() < morning
    if not is_late and not is_early:
        return moment
    day = local.date() + datetime.timedelta(days=1 if is_late else 0)
    return timezone.make_aware(datetime.datetime.combine(day, morning)) + datetime.timedelta(hours=1)
