"""Taking a file, and giving up an import that was not confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.tables.checks import check_table
from people.enums import ImportStatus
from people.errors import ImportNotOpen
from people.models import ImportBatch, ImportFile, User
from people.services.imports.kinds import ImportKind
from people.services.imports.reading import prepare
from people.signals import import_waits

AT_ONCE = 32 * 1024  # bytes; some two hundred people. Larger tables are read by the worker.


def receive(*, kind: ImportKind, upload: Any, by: User, context: Mapping[str, Any] | None = None) -> ImportBatch:
    """Store an uploaded table and have it read, small ones at once. Raises ValidationError; then nothing is kept."""
    check_table(upload)
    with transaction.atomic():
        batch = ImportBatch.objects.create(kind=kind.code, file_name=upload.name[-200:], by=by, context=context or {})
        ImportFile.objects.create(batch=batch, content=upload.read())
        audit.record("people.import_received", batch, by=by, data={"kind": kind.code})
    if upload.size > AT_ONCE:
        transaction.on_commit(lambda: import_waits.send(sender=ImportBatch, batch=batch))
        return batch
    prepare(batch.pk)
    batch.refresh_from_db()
    if batch.status == ImportStatus.FAILED:
        batch.delete()
        raise ValidationError(batch.fault)
    return batch


@transaction.atomic
def cancel(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Give up an import before it is written: its file and its rows go at once. Raises ImportNotOpen.

    What is being read right now stops after the rows at hand.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.status == ImportStatus.READING:
        batch.cancel_asked = True
        batch.save(update_fields=["cancel_asked"])
    elif batch.status in (ImportStatus.WAITING, ImportStatus.READY, ImportStatus.FAILED):
        close(batch)
    else:
        raise ImportNotOpen
    audit.record("people.import_cancelled", batch, by=by)
    return batch


def close(batch: ImportBatch) -> None:
    """End an import that was not written; nothing of the table stays. Call it with the row locked."""
    batch.status = ImportStatus.CANCELLED
    batch.save(update_fields=["status"])
    batch.rows.all().delete()
    ImportFile.objects.filter(batch=batch).delete()
