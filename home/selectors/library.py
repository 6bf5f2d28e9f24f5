"""The materials of the library: each reader those that he or she may open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Collection, Page

from core.models import Material
from core.privacy import public
from core.references import pages_with
from courses import permissions
from courses.permissions import readable_pages
from home.models import LibraryPage


def collections_of(page: LibraryPage) -> list[Collection]:
    """The chosen collections with those below them, in the order of the tree."""
    chosen = list(page.collections.all())
    paths = [collection.path for collection in chosen]
    every = Collection.objects.order_by("path")
    return [one for one in every if any(one.path.startswith(path) for path in paths)] if chosen else []


def materials_in(collections: Iterable[Collection], person: Any) -> QuerySet[Material]:
    """Materials of the collections that the person may open, the newest first; without their texts."""
    inside = permissions.readable_materials(person).filter(collection__in=list(collections))
    return inside.defer("text").select_related("collection").order_by("-created_at", "-pk")


def uses(materials: Iterable[Material], person: Any) -> dict[int, list[Page]]:
    """Return the pages on which each file stands, those that the person may read."""
    return pages_with(materials, readable_pages(public(Page.objects.live()), person))
