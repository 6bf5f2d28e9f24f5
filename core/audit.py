"""One audit trail: what was done to which row, by whom, with what data. Written by the services themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry


def record(action: str, instance: Model, *, by: Model | None, data: Mapping[str, Any] | None = None) -> None:
    """Write one audit entry inside the caller's transaction.

    `action` must be registered with Wagtail's log-action registry (see each app's `wagtail_hooks`); entries carry
    no foreign key to the person, so they outlive the account. `data` holds plain values only.
    """
    log(instance=instance, action=action, user=by, data=dict(data or {}))


def record_many(action: str, entries: Iterable[tuple[Model, Mapping[str, Any]]], *, by: Model | None) -> None:
    """Write one audit entry for each (row, data) of one model, no page; few queries for thousands of rows."""
    now = timezone.now()
    ModelLogEntry.objects.bulk_create(
        (
            ModelLogEntry(
                content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
                object_id=str(instance.pk), label=str(instance), action=action, timestamp=now, data=dict(data), user=by,
            )
            for instance, data in entries
        ),
        batch_size=500,
    )  # fmt: skip
