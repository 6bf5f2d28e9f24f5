"""Load the demo bureau: units, people, courses, classes, attendance."""

import datetime
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home.demo.load import Broken, load, load_day_of_earlier_run, step_count
from home.demo.progress import Progress
from home.demo.source import text
from people.models import User


def _day(value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError("Write the day as YYYY-MM-DD.") from error


class Command(BaseCommand):
    help = "Loads the fictional demo data. A second run adds what is missing and changes nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=_day, help="Load as if today were this day, YYYY-MM-DD.")
        parser.add_argument("--if-empty", action="store_true", help="Load only if nobody is in the database yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD: the demo accounts need a password that you chose.")
        if not (options["if_empty"] and User.objects.exists()):
            self._load(options["today"])
        if options["verbosity"]:
            self._print_logins()

    def _load(self, today: datetime.date | None) -> None:
        earlier = load_day_of_earlier_run()
        if earlier and today and today != earlier:
            self.stdout.write(f"The data was loaded for {earlier}; its dates stay.")
        try:
            made = load(earlier or today or timezone.localdate(), Progress(step_count()))
        except Broken as broken:
            raise CommandError(f"The demo data breaks its own rules:\n{broken}") from broken
        self.stdout.write("Demo data loaded." if made else "The demo data was complete already; nothing changed.")

    def _print_logins(self) -> None:
        accounts = text("accounts")
        people = User.objects.in_bulk(list(accounts), field_name="username")
        if not people:
            self.stdout.write("There are no demo accounts in this database.")
            return
        self.stdout.write(f"Demo logins, password {settings.DEMO_PASSWORD}:")
        for login in accounts:
            if login in people:
                self.stdout.write(f"  {login:<17} {people[login].name} {people[login].title}")
