"""A small clock: what has to happen at its time, whichever process is there to do it.

An app registers a job once, at start-up:

    @every(minutes=1, name="core.publish_due")
    def publish(at: datetime.datetime) -> None: ...

`tick` runs what is due. Several processes may tick at once: a job is taken by one conditional UPDATE and held for
`lease`, so that it runs once; a process that dies lets go when the lease ends. A job that fails is tried again at its
next time, and its fault stands in the database and in the log.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connections
from django.utils import timezone

from core.models import ClockJob

Work = Callable[[datetime.datetime], object]
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
LEASE = 5 * MINUTE
log = logging.getLogger(__name__)
_jobs: dict[str, Job] = {}


@dataclass(frozen=True)
class Job:
    """What to run, when it is due after a moment, and how long one process may hold it."""

    name: str
    work: Work
    due_after: Callable[[datetime.datetime], datetime.datetime]
    lease: datetime.timedelta
    waits_first: bool


def every(*, minutes: int, name: str, lease: datetime.timedelta = LEASE) -> Callable[[Work], Work]:
    """Register a job that runs every so many minutes, on the full minute, and at the first tick."""

    def due_after(at: datetime.datetime) -> datetime.datetime:
        return at.replace(second=0, microsecond=0) + minutes * MINUTE

    return _register(name, due_after, lease, waits_first=False)


def daily(*, at: datetime.time, name: str, lease: datetime.timedelta = LEASE) -> Callable[[Work], Work]:
    """Register a job that runs once a day at that time in Shanghai, or as soon after it as somebody ticks."""

    def due_after(moment: datetime.datetime) -> datetime.datetime:
        today = timezone.localtime(moment)
        due = today.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        return due if due > today else due + DAY

    return _register(name, due_after, lease, waits_first=True)


def _register(
    name: str, due_after: Callable[[datetime.datetime], datetime.datetime], lease: datetime.timedelta, waits_first: bool
) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        _jobs[name] = Job(name, work, due_after, lease, waits_first)
        return work

    return register


def tick(at: datetime.datetime | None = None) -> list[str]:
    """Run every job that is due and that nobody holds; return the names of those that this call ran."""
    at = at or timezone.now()
    return [job.name for job in list(_jobs.values()) if _take(job, at) and _run(job, at)]


def _take(job: Job, at: datetime.datetime) -> bool:
    first = job.due_after(at) if job.waits_first else at
    ClockJob.objects.get_or_create(name=job.name, defaults={"due_at": first})
    return bool(ClockJob.objects.free(at).filter(name=job.name).update(held_until=at + job.lease))


def _run(job: Job, at: datetime.datetime) -> bool:
    fault = ""
    try:
        job.work(at)
    except Exception as error:  # one job must not stop the others
        log.exception("The job %s failed.", job.name)
        fault = repr(error)
    held = ClockJob.objects.filter(name=job.name, held_until=at + job.lease)
    held.update(due_at=job.due_after(at), held_until=None, finished_at=timezone.now(), fault=fault)
    return True


class ClockThread(threading.Thread):
    """Ticks at every full minute until it is stopped, beside the work of the process that started it."""

    def __init__(self) -> None:
        super().__init__(name="clock", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        while True:
            self._tick()
            if self._stopped.wait(_seconds_to_next_minute(timezone.now())):
                break
        connections.close_all()

    def _tick(self) -> None:
        close_old_connections()
        try:
            tick()
        except Exception:  # the database may be away for a while; the next minute asks again
            log.exception("The clock could not look for due jobs.")

    def stop(self, timeout: float) -> None:
        """Let a job that is running finish, at most that many seconds."""
        self._stopped.set()
        self.join(timeout)


def _seconds_to_next_minute(now: datetime.datetime) -> float:
    return ((now.replace(second=0, microsecond=0) + MINUTE) - now).total_seconds() + 0.05
