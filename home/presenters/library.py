"""What the library says of its files, and the words by which it is narrowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Page

from core.models import Material
from home.selectors.library import materials_in, uses

KINDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "text": (_("Documents"), ("pdf", "docx", "txt")),
    "table": (_("Tables"), ("xlsx", "csv")),
    "slides": (_("Slides"), ("pptx",)),
    "media": (_("Sound and video"), ("mp3", "mp4")),
    "archive": (_("Archives"), ("zip",)),
}
USES_SHOWN = 2


@dataclass(frozen=True)
class Row:
    """One file with the pages on which it stands."""

    material: Material
    pages: list[Page]
    more: int


@dataclass(frozen=True)
class Library:
    """The files that were asked for, and what may be chosen."""

    found: QuerySet[Material]
    collections: list[Collection]
    kinds: list[tuple[str, Any]]
    collection: str
    kind: str


def narrowed(collections: list[Collection], person: Any, collection: str, kind: str) -> Library:
    """Narrow the files by what the address asks; a word that means nothing narrows nothing."""
    inside = materials_in(collections, person)
    held = set(inside.order_by().values_list("collection", flat=True).distinct())
    shown = [one for one in collections if one.pk in held]
    collection = collection if collection in {str(one.pk) for one in shown} else ""
    kind = kind if kind in KINDS else ""
    if collection:
        inside = inside.filter(collection=collection)
    if kind:
        inside = inside.filter(_of_kind(kind))
    return Library(inside, shown, [(key, label) for key, (label, _endings) in KINDS.items()], collection, kind)


def _of_kind(kind: str) -> Q:
    endings = "|".join(re.escape(ending) for ending in KINDS[kind][1])
    return Q(file__iregex=rf"\.({endings})$")


def rows(materials: Iterable[Material], person: Any) -> list[Row]:
    """Present one page of files with a constant number of queries."""
    files = list(materials)
    holders = uses(files, person)
    return [
        Row(one, holders.get(one.pk, [])[:USES_SHOWN], max(0, len(holders.get(one.pk, [])) - USES_SHOWN))
        for one in files
    ]
