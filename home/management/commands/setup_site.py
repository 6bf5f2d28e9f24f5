"""Give a new site its pages and its roles."""

from typing import Any

from django.core.management.base import BaseCommand

from home.services.site_tree import build_site


class Command(BaseCommand):
    help = (
        "Makes the pages of every site (home, catalogue, notices, trainers, library, help) and the roles. Repeatable."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = build_site()
        self.stdout.write(f"Made: {'、'.join(made)}" if made else "The site is complete already.")
