"""Set up the review before publishing."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.services.review import build_workflow
from people.services.roles import sync_roles


class Command(BaseCommand):
    help = "Makes the review (head of section, confidentiality) and assigns it to the whole site. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        made = build_workflow()
        self.stdout.write(f"Made: {'、'.join(made)}" if made else "The review is set up already.")
