"""The background process: tasks as they come, and the clock."""

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as TaskWorker

from core.clock import ClockThread

STOP_WITHIN = 15  # seconds for a job of the clock that is running


class Command(TaskWorker):
    help = "Runs background tasks and, every minute, the jobs of the clock. Several may run at once."

    def handle(self, **options: Any) -> None:  # type: ignore[override]  # the task worker names its options
        clock = ClockThread()
        clock.start()
        try:
            super().handle(**options)
        finally:
            clock.stop(STOP_WITHIN)
