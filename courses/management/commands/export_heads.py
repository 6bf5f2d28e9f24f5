"""Write the end of every chain, signed, to standard output or to a file; keep that file on another machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from courses.services.chain_heads import export_heads


class Command(BaseCommand):
    help = "Writes one signed line for each class with closed registers, for verify_registers --heads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to; without it to standard output")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        text = "".join(f"{line}\n" for line in export_heads(timezone.now()))
        if file is None:
            self.stdout.write(text, ending="")
        else:
            file.write_text(text, encoding="utf-8")
