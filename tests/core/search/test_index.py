"""Two writers that index the same new row at once leave one entry and no error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from modelsearch.index import insert_or_update_object
from wagtail.search.models import IndexEntry

from core.models import Material

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WRITERS = 8


def test_a_new_row_is_indexed_once_by_many_writers():
    barrier = Barrier(WRITERS)

    def index(material: Material) -> None:
        try:
            barrier.wait()
            insert_or_update_object(material)
        finally:
            connections.close_all()

    for number in range(5):
        material = Material.objects.create(title=f"自查表{number}", file=ContentFile(b"x", name="a.txt"))
        IndexEntry.objects.all().delete()
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(index, [material] * WRITERS))
        assert IndexEntry.objects.filter(object_id=str(material.pk)).count() == 1
