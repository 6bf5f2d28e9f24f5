"""What a person decides about an import that was read: who is meant, and that it shall be written."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import audit
from core.db.turns import in_turn
from core.errors import Refusal
from people.enums import ImportStatus, RowResult
from people.errors import ImportEmpty, ImportNotOpen, ImportOutdated, ImportUndecided, UndoTooLate
from people.models import ImportBatch, ImportRow, Unit, User
from people.services.imports.kinds import NEW, SKIP, kind_of
from people.services.imports.reading import judge_again, save_judged, save_rows
from people.signals import import_waits

AT_ONCE = 200  # rows; more are written by the worker


@transaction.atomic
def choose(*, batch: ImportBatch, choices: Mapping[int, str], by: User) -> int:
    """Note who is meant in rows that could not be matched alone: {row number: "new" · "skip" · key of a candidate}.

    Return how many rows are still to be chosen. What is no candidate is left aside. Raises ImportNotOpen.
    """
    batch = _open(batch)
    rows = list(batch.rows.order_by("number"))
    offered = {NEW, SKIP} if kind_of(batch.kind).makes_rows else {SKIP}
    for row in rows:
        choice = choices.get(row.number)
        if row.candidates and choice in {*offered, *map(str, row.candidates)}:
            row.choice = choice
    noted = [row for row in rows if row.number in choices]
    save_rows(noted, ["choice"])
    changed = judge_again(batch, rows, kind_of(batch.kind).facts(by, batch.context))
    save_judged(batch, changed, rows)
    return batch.counts.get(RowResult.ASK, 0)


def confirm(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Have the accepted rows written, small tables at once.

    Raises ImportNotOpen, ImportUndecided, ImportEmpty, and ImportOutdated if people or units have changed since.
    """
    with transaction.atomic():
        batch = _open(batch)
        if batch.counts.get(RowResult.ASK):
            raise ImportUndecided
        if not batch.accepted:
            raise ImportEmpty
        batch.status, batch.by, batch.fault = ImportStatus.CONFIRMED, by, ""
        batch.confirmed_at = batch.touched_at = timezone.now()
        batch.save(update_fields=["status", "by", "fault", "confirmed_at", "touched_at"])
        audit.record("people.import_confirmed", batch, by=by, data=batch.counts)
    if batch.row_count > AT_ONCE:
        transaction.on_commit(lambda: import_waits.send(sender=ImportBatch, batch=batch))
    else:
        write(batch.pk)
        batch.refresh_from_db()
        if batch.status == ImportStatus.READY:
            raise ImportOutdated(batch.fault)
    return batch


def _open(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != ImportStatus.READY:
        raise ImportNotOpen
    return batch


def write(pk: int) -> None:
    """Write a confirmed import in one transaction; does nothing to one that is not, or no longer, confirmed.

    If its rows would come out otherwise than in the preview, nothing is written and it is to be confirmed again.
    """
    try:
        _write(pk)
    except IntegrityError:  # somebody took a number between the judging and the writing
        _back_to_preview(pk, str(ImportOutdated.message))
    except Refusal as refusal:  # a rule of what the table belongs to
        _back_to_preview(pk, str(refusal))


@in_turn
@transaction.atomic
def _write(pk: int) -> None:
    batch = ImportBatch.objects.select_for_update().get(pk=pk)
    if batch.status != ImportStatus.CONFIRMED:
        return
    list(Unit.objects.select_for_update(no_key=True).order_by("pk"))  # one import at a time; the tree stands still
    kind, rows = kind_of(batch.kind), list(batch.rows.order_by("number"))
    facts = kind.facts(batch.by, batch.context)
    if changed := judge_again(batch, rows, facts):
        _send_back(batch, changed, rows, str(ImportOutdated.message))
        return
    kind.write([row for row in rows if row.result in (RowResult.NEW, RowResult.CHANGED)], facts, batch.by)
    batch.status, batch.done_at = ImportStatus.DONE, timezone.now()
    batch.save(update_fields=["status", "done_at"])
    audit.record("people.import_done", batch, by=batch.by, data=batch.counts)


@transaction.atomic
def _back_to_preview(pk: int, why: str) -> None:
    batch = ImportBatch.objects.select_for_update().get(pk=pk)
    rows = list(batch.rows.order_by("number"))
    _send_back(batch, judge_again(batch, rows, kind_of(batch.kind).facts(batch.by, batch.context)), rows, why)


def _send_back(batch: ImportBatch, changed: list[ImportRow], rows: list[ImportRow], why: str) -> None:
    save_judged(batch, changed, rows)
    batch.status, batch.fault = ImportStatus.READY, why[:300]
    batch.save(update_fields=["status", "fault"])


@transaction.atomic
def undo(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Take a whole import back, within 24 hours of its writing.

    Raises ImportNotOpen, UndoTooLate, RowChangedSince, RowUsedSince; then all of it stays.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    until = batch.undo_until()
    if until is None:
        raise ImportNotOpen
    if timezone.now() >= until:
        raise UndoTooLate
    list(Unit.objects.select_for_update(no_key=True).order_by("pk"))
    kind = kind_of(batch.kind)
    rows = list(batch.rows.filter(result__in=(RowResult.NEW, RowResult.CHANGED)).order_by("number"))
    kind.undo(batch, rows, kind.facts(by, batch.context), by)
    batch.status, batch.undone_at = ImportStatus.UNDONE, timezone.now()
    batch.save(update_fields=["status", "undone_at"])
    audit.record("people.import_undone", batch, by=by, data=batch.counts)
    return batch
