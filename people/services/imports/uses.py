"""Whether somebody has built on what an import made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model


def first_use(model: type[Model], rows: Any, own: Collection[type[Model]]) -> int | None:
    """Return the key of one of the rows that another record names; None if none is named.

    `rows` is a queryset of keys, or keys; records of the models in `own` belong to the rows themselves. One query for
    each relation of the model, however many rows.
    """
    for field in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's documented API
        if not (field.auto_created and field.is_relation) or field.related_model in own:
            continue
        records: Any = field.related_model
        name = field.field.name  # type: ignore[union-attr]
        used = records._base_manager.filter(**{f"{name}__in": rows}).values_list(name, flat=True)  # noqa: SLF001
        found = used.first()
        if found is not None:
            return int(found)
    return None
