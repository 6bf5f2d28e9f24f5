"""Two complete loads, each made once for its module and rolled back after it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

ANCHOR = datetime.date(2026, 11, 23)
SATURDAY = datetime.date(2027, 1, 2)  # a day off in another year than the files


@contextmanager
def loaded(day: datetime.date, blocker: Any) -> Iterator[datetime.date]:
    with blocker.unblock(), transaction.atomic():
        call_command("load_demo", today=day, verbosity=0)
        yield day
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def anchor(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime.date]:
    with loaded(ANCHOR, django_db_blocker) as day:
        yield day


@pytest.fixture(scope="module")
def saturday(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime.date]:
    with loaded(SATURDAY, django_db_blocker) as day:
        yield day
