"""When the jobs of the clock run next, and which process has taken one."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q


class ClockJobQuerySet(models.QuerySet["ClockJob"]):
    def free(self, at: datetime.datetime) -> ClockJobQuerySet:
        """Jobs that are due and that no process holds; a lease that ran out belongs to a process that died."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=at), due_at__lte=at)


class ClockJob(models.Model):
    """One job: when it is due, until when a process holds it, how it went the last time."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True)

    objects = ClockJobQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
