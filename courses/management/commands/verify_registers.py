"""Check every chain of closed registers; exit 1 and name each false row, the first one first."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.services import chain_heads, verifying


class Command(BaseCommand):
    help = "Computes the seals of all closed registers anew; exits 1 if a mark or a seal is not what was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run", type=int, help="only this class, by its key")
        parser.add_argument("--heads", type=Path, metavar="FILE", help="also compare with a file of export_heads")

    def handle(self, *args: Any, run: int | None = None, heads: Path | None = None, **options: Any) -> None:
        found = [str(fault) for fault in verifying.faults(run=run)]
        if heads is not None:
            with heads.open(encoding="utf-8") as lines:
                found += chain_heads.compare_heads(lines)
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} false row(s); the first: {found[0]}")
        self.stdout.write(self.style.SUCCESS("Every closed register is what it was."))
