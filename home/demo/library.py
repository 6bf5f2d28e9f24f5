"""The files of the library: forms and checklists in two collections."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Collection

from core.models import Material
from home.demo import source, word
from home.demo.pictures import MATERIALS
from home.models import LibraryPage

FORMS = "表格下载"


def file(key: str) -> Material:
    """Return the file with that key, written on first use."""
    entry = next(one for one in source.text("library") if one["key"] == key)
    return Material.objects.filter(title=entry["title"]).first() or _write(entry)


def _write(entry: dict[str, Any]) -> Material:
    rows = [tuple(row) for row in (entry["header"], *entry["rows"])]
    sheet = word.Sheet(entry["title"], entry["hint"], rows, tuple(entry["widths"]))
    material = Material(title=entry["title"], access=entry["access"], collection=collection(entry["collection"]))
    material.file = ContentFile(word.docx(sheet), name=f"{entry['key']}.docx")
    material.file_size = material.file.size
    material.save()
    return material


def collection(name: str) -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


@transaction.atomic
def load_library() -> int:
    """Write the files and show both collections in the library, unless somebody has chosen some already."""
    before = Material.objects.count()
    for entry in source.text("library"):
        file(entry["key"])
    page = LibraryPage.objects.first()
    if page is None or page.collections.exists():
        return Material.objects.count() - before
    page.collections.set([collection(FORMS), collection(MATERIALS)])
    page.save_revision().publish()
    return Material.objects.count() - before + 1
