"""Keeps the search and reference indexes out of the way of a bulk load, then brings them up to date at once.

Both indexes enqueue one task for each saved row: thousands of tasks that a later rebuild would make pointless.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update


@contextmanager
def paused() -> Iterator[None]:
    """Save rows without touching either index; call `rebuild` afterwards."""
    senders = [
        model for model in index.get_indexed_models() if post_save.disconnect(post_save_signal_handler, sender=model)
    ]
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        for model in senders:
            post_save.connect(post_save_signal_handler, sender=model)


def rebuild() -> None:
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)
