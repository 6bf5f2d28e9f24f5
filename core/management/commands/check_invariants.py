"""Print every broken invariant; exit 1 if there is one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.invariants import faults


class Command(BaseCommand):
    help = "Checks seats, queues, rosters and marks against their rules; exits 1 if a rule is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        for name, sentence in found:
            self.stderr.write(f"{name}: {sentence}")
        if found:
            raise CommandError(f"{len(found)} broken invariant(s).")
        self.stdout.write(self.style.SUCCESS("All invariants hold."))
