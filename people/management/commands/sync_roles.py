"""Make the groups equal to the table of roles."""

from typing import Any

from django.core.management.base import BaseCommand

from people.services.roles import sync_roles


class Command(BaseCommand):
    help = "Makes the groups and their permissions equal to the table of roles (people/roles.py). Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        summary = sync_roles()
        for verb, names in (
            ("created", summary.created),
            ("changed", summary.changed),
            ("removed", summary.removed),
        ):
            for name in names:
                self.stdout.write(f"{verb}: {name}")
        if not summary.has_site:
            self.stdout.write("No site yet: page permissions are left out. Run again when the home page exists.")
        if summary.is_empty:
            self.stdout.write("All roles are as they should be.")
