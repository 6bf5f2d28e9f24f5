"""One audit trail: what was done to which row, by whom, with what data. Written by the services themselves."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from wagtail.log_actions import log


def record(action: str, instance: Model, *, by: Model | None, data: Mapping[str, Any] | None = None) -> None:
    """Write one audit entry inside the caller's transaction.

    `action` must be registered with Wagtail's log-action registry (see each app's `wagtail_hooks`); entries carry
    no foreign key to the person, so they outlive the account. `data` holds plain values only.
    """
    log(instance=instance, action=action, user=by, data=dict(data or {}))
