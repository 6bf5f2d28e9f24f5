"""Which pages refer to a row, by Wagtail's reference index: what the pages say now, drafts do not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from wagtail.models import Page, ReferenceIndex


def references_from_pages(model: type[Model]) -> QuerySet[ReferenceIndex]:
    """Return the references of pages to rows of the model."""
    to, base = ContentType.objects.get_for_model(model), ContentType.objects.get_for_model(Page)
    return ReferenceIndex.objects.filter(to_content_type=to, base_content_type=base)


def pages_with(rows: Iterable[Model], pages: QuerySet[Page]) -> dict[Any, list[Page]]:
    """Return, by the key of each row, those of the pages that refer to it, in the order of the tree. Two queries."""
    objects = list(rows)
    if not objects:
        return {}
    wanted = [str(row.pk) for row in objects]
    references = references_from_pages(type(objects[0])).filter(to_object_id__in=wanted)
    pairs = {(int(row), int(page)) for row, page in references.values_list("to_object_id", "object_id")}
    found = {page.pk: page for page in pages.filter(pk__in={page for _, page in pairs}).order_by("path")}
    holders: dict[Any, list[Page]] = defaultdict(list)
    for row, page in sorted(pairs, key=lambda pair: found[pair[1]].path if pair[1] in found else ""):
        if page in found:
            holders[row].append(found[page])
    return holders


def note_published(instance: Page, **_signal: Any) -> None:
    """Receive `page_published`: note at once what the page refers to.

    Wagtail leaves that to a task, until which a file that moved into a closed lesson would stay as open as the page
    that held it before.
    """
    with transaction.atomic():
        ReferenceIndex.create_or_update_for_object(instance)
