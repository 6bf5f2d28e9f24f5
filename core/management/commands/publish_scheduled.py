"""Wagtail's command of this name, with our rules."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.publishing import publish_due


class Command(BaseCommand):
    help = "Publishes pages whose time has come and takes down those that have expired. The worker does it by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{publish_due(timezone.now())} page(s) changed.")
