"""What is over is thrown away: an import keeps its rows for a day, then only how many there were."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q

from core.clock import every
from people.enums import ImportStatus
from people.models import ImportBatch, ImportRow
from people.models.imports import KEPT
from people.services.imports.intake import close
from people.signals import import_waits

PATIENCE = datetime.timedelta(minutes=10)
S = ImportStatus


@every(minutes=15, name="people.close_imports")
def close_old(at: datetime.datetime) -> int:
    """Give up imports that nobody confirmed for a day, and erase the rows of those that can no longer be undone.

    Return how many imports lost their rows.
    """
    forgotten = ImportBatch.objects.filter(status__in=(S.WAITING, S.READING, S.READY), created_at__lte=at - KEPT)
    for pk in list(forgotten.values_list("pk", flat=True)):
        _give_up(pk)
    over = Q(batch__done_at__lte=at - KEPT) | Q(batch__undone_at__isnull=False, batch__undone_at__lte=at - KEPT)
    rows = ImportRow.objects.filter(over, batch__status__in=(S.DONE, S.UNDONE))
    erased = rows.values("batch").distinct().count()
    rows.delete()
    return erased


@transaction.atomic
def _give_up(pk: int) -> None:
    batch = ImportBatch.objects.select_for_update().get(pk=pk)
    if batch.status in (S.WAITING, S.READING, S.READY):
        close(batch)


@every(minutes=5, name="people.wake_imports")
def wake(at: datetime.datetime) -> int:
    """Give imports whose task was lost a new one; return how many. Reading begins anew, writing was never begun."""
    lost = ImportBatch.objects.filter(touched_at__lt=at - PATIENCE)
    lost.filter(status=S.READING).update(status=S.WAITING, progress=0)
    waiting = list(lost.filter(status__in=(S.WAITING, S.CONFIRMED)))
    for batch in waiting:
        import_waits.send(sender=ImportBatch, batch=batch)
    return len(waiting)
