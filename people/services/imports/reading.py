"""From the uploaded bytes to rows that somebody can look at. Nothing but the import's own rows is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from core.tables.layout import Table, read_table
from core.tables.reading import Sheet, read_sheet
from people.enums import ImportStatus
from people.models import ImportBatch, ImportFile, ImportRow
from people.services.imports.kinds import Draft, ImportKind, kind_of

AT_A_TIME = 500  # rows between two looks at the wish to stop


def prepare(pk: int) -> None:
    """Read the file of a waiting import and judge its rows; does nothing to an import that is further on."""
    if not ImportBatch.objects.filter(pk=pk, status=ImportStatus.WAITING).update(
        status=ImportStatus.READING, touched_at=timezone.now()
    ):
        return
    batch = ImportBatch.objects.select_related("file", "by").get(pk=pk)
    try:
        sheet, table = _read(batch, kind_of(batch.kind))
    except ValidationError as fault:
        _fail(batch, fault.messages[0])
        return
    ImportBatch.objects.filter(pk=pk).update(row_count=len(table.records), about=_about(sheet, table))
    drafts = _judged(batch, kind_of(batch.kind), table)
    _store(batch, drafts)


def _read(batch: ImportBatch, kind: ImportKind) -> tuple[Sheet, Table]:
    sheet = read_sheet(SimpleUploadedFile(batch.file_name, bytes(batch.file.content)))
    return sheet, read_table(sheet, kind.columns)


def _about(sheet: Sheet, table: Table) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "others": list(sheet.others),
        "not_stored": [heading[:40] for heading in table.not_stored],
        "unread": table.unread,
        "has_remarks": "remark" in table.fields,
    }


def _judged(batch: ImportBatch, kind: ImportKind, table: Table) -> list[Draft]:
    """Return the judged rows; fewer, unjudged, if somebody asked to stop meanwhile."""
    facts = kind.facts(batch.by, batch.context)
    drafts: list[Draft] = []
    for start in range(0, len(table.records), AT_A_TIME):
        drafts += [kind.clean(record, facts) for record in table.records[start : start + AT_A_TIME]]
        going_on = ImportBatch.objects.filter(pk=batch.pk, cancel_asked=False)
        if not going_on.update(progress=len(drafts), touched_at=timezone.now()):
            return drafts
    kind.judge(drafts, facts)
    return drafts


@transaction.atomic
def _store(batch: ImportBatch, drafts: Sequence[Draft]) -> None:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    ImportFile.objects.filter(batch=batch).delete()
    batch.rows.all().delete()
    batch.status = ImportStatus.CANCELLED if batch.cancel_asked else ImportStatus.READY
    if not batch.cancel_asked:
        kind = kind_of(batch.kind)
        ImportRow.objects.bulk_create((row_of(batch, draft, kind) for draft in drafts), batch_size=AT_A_TIME)
        batch.counts = counted(draft.result for draft in drafts)
    batch.save(update_fields=["status", "counts"])


def row_of(batch: ImportBatch, draft: Draft, kind: ImportKind) -> ImportRow:
    row = ImportRow(batch=batch, number=draft.number, cells=draft.cells, values=draft.values)
    apply(draft, row, kind)
    return row


JUDGED = ("result", "problems", "repairs", "changes", "candidates", "choice")


def apply(draft: Draft, row: ImportRow, kind: ImportKind) -> bool:
    """Bring the row up to the draft; return whether anything about it changed."""
    before = [getattr(row, name) for name in (*JUDGED, f"{kind.target}_id")]
    for name in JUDGED:
        setattr(row, name, getattr(draft, name))
    setattr(row, f"{kind.target}_id", draft.target)
    return before != [getattr(row, name) for name in (*JUDGED, f"{kind.target}_id")]


def judge_again(batch: ImportBatch, rows: Sequence[ImportRow], facts: Any) -> list[ImportRow]:
    """Judge stored rows by the facts of now; return those that came out otherwise, not saved."""
    kind = kind_of(batch.kind)
    drafts = [Draft.stored(row) for row in rows]
    kind.judge(drafts, facts)
    return [row for row, draft in zip(rows, drafts, strict=True) if apply(draft, row, kind)]


def save_judged(batch: ImportBatch, changed: Sequence[ImportRow], rows: Iterable[ImportRow]) -> None:
    """Store rows that came out otherwise, and count all of them anew."""
    save_rows(changed, [*JUDGED, kind_of(batch.kind).target])
    batch.counts = counted(row.result for row in rows)
    batch.save(update_fields=["counts"])


def save_rows(rows: Sequence[ImportRow], fields: Sequence[str]) -> None:
    """Update many rows by one upsert each five hundred; `bulk_update` takes ten times as long."""
    ImportRow.objects.bulk_create(
        rows, batch_size=AT_A_TIME, update_conflicts=True, unique_fields=["pk"], update_fields=fields
    )


def counted(results: Iterable[str]) -> dict[str, int]:
    return {str(result): number for result, number in Counter(results).items()}


def _fail(batch: ImportBatch, sentence: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(status=ImportStatus.FAILED, fault=sentence[:300])
    ImportFile.objects.filter(batch=batch).delete()
