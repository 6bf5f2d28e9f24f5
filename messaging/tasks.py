"""What the worker does with letters that were written just now."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from messaging.services.deliver import deliver


@task()
def deliver_now() -> int:
    """Send what is due; the clock does the same every minute."""
    return deliver()


def deliver_soon(**_signal: Any) -> None:
    """Receive `letters_due`: the worker sends within seconds, and whoever asked for the page does not wait."""
    deliver_now.enqueue()
