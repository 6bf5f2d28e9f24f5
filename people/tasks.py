"""What the worker does for people: long tables, and the search entries of those who were imported."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks import task
from modelsearch.backends import get_search_backends_with_name

from people.enums import ImportStatus
from people.models import ImportBatch, User
from people.services.imports.deciding import write
from people.services.imports.reading import prepare

AT_A_TIME = 500


@task()
def go_on(pk: int) -> str:
    """Do what an import waits for; return where it stands then. Running it twice does no harm."""
    prepare(pk)
    write(pk)
    return str(ImportBatch.objects.values_list("status", flat=True).get(pk=pk))


def go_on_later(batch: ImportBatch, **_signal: Any) -> None:
    """Receive `import_waits`."""
    if batch.status in (ImportStatus.WAITING, ImportStatus.CONFIRMED):
        go_on.enqueue(batch.pk)


@task()
def index_people(pks: list[int]) -> int:
    """Make the search entries of these people anew; rows that were written at once have none."""
    people = list(User.objects.filter(pk__in=pks).prefetch_related("groups"))
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        backend.add_bulk(User, people)
    return len(people)


def index_later(pks: list[int], **_signal: Any) -> None:
    """Receive `people_imported`."""
    parts = [pks[start : start + AT_A_TIME] for start in range(0, len(pks), AT_A_TIME)]
    transaction.on_commit(lambda: [index_people.enqueue(part) for part in parts])
