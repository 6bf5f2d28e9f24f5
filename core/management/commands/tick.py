"""Run what is due now. For cron, where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand

from core.clock import tick


class Command(BaseCommand):
    help = "Runs the jobs of the clock that are due, then ends: for cron, every minute, where no worker runs."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in tick():
            self.stdout.write(name)
