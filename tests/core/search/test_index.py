"""Two writers that index the same new row at once leave one entry and no error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from modelsearch.index import insert_or_update_object
from wagtail.search.models import IndexEntry

from people.models import User

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WRITERS = 8


def test_a_new_row_is_indexed_once_by_many_writers():
    barrier = Barrier(WRITERS)

    def index(person: User) -> None:
        try:
            barrier.wait()
            insert_or_update_object(person)
        finally:
            connections.close_all()

    for number in range(5):
        person = User.objects.create(username=f"new{number}", name="新学员")
        IndexEntry.objects.all().delete()
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(index, [person] * WRITERS))
        assert IndexEntry.objects.filter(object_id=str(person.pk)).count() == 1
