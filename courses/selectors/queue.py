"""What earlier classes say about a waiting list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.enums import EnrolmentStatus, RunStatus
from courses.models import CourseRun, EnrolmentEvent

LOOK_BACK = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Experience:
    """How many classes were looked at, and which share of their seats was given back before they began (0 to 1)."""

    classes: int
    share_freed: float


def experience(run: CourseRun, at: datetime.datetime) -> Experience:
    """Look at the classes that began within the last year. One query."""
    left = Q(from_status=EnrolmentStatus.CONFIRMED, to_status=EnrolmentStatus.WITHDRAWN)
    freed = (
        EnrolmentEvent.objects.filter(left, enrolment__run=OuterRef("pk"), at__lt=OuterRef("starts_at"))
        .order_by()
        .values("enrolment__run")
        .annotate(n=Count("pk"))
        .values("n")
    )
    held = CourseRun.objects.filter(
        status__in=(RunStatus.PUBLISHED, RunStatus.CONCLUDED, RunStatus.ARCHIVED),
        starts_at__lte=at,
        starts_at__gt=at - LOOK_BACK,
    ).exclude(pk=run.pk)
    counted = held.annotate(given_back=Coalesce(Subquery(freed), 0))
    sums = counted.aggregate(classes=Count("pk"), seats=Sum("capacity"), freed=Sum("given_back"))
    return Experience(sums["classes"], (sums["freed"] or 0) / sums["seats"] if sums["seats"] else 0.0)
