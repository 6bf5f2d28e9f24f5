"""Statutes: the register, the pages that cite them, and the pages that cite a version that no longer holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy

from core.models import Statute, StatuteVersion
from core.privacy import public
from core.references import pages_with, references_from_pages
from courses.permissions import readable_pages


@dataclass(frozen=True)
class Entry:
    """One statute of the register: the version in force, the next one, the pages that cite any version."""

    statute: Statute
    current: StatuteVersion | None
    coming: StatuteVersion | None
    pages: list[Page]


def statutes() -> QuerySet[Statute]:
    return Statute.objects.order_by("name").prefetch_related("versions")


def entries(shown: Iterable[Statute], day: datetime.date, person: Any) -> list[Entry]:
    """Present one page of `statutes()`, with the pages that the person may read; a constant number of queries."""
    rows = list(shown)
    versions = [version for statute in rows for version in statute.versions.all()]
    holders = pages_with(versions, readable_pages(public(Page.objects.live()), person))
    return [_entry(statute, day, holders) for statute in rows]


def _entry(statute: Statute, day: datetime.date, holders: dict[Any, list[Page]]) -> Entry:
    versions = sorted(statute.versions.all(), key=lambda version: version.in_force_from)
    current = [version for version in versions if version.in_force_from <= day]
    coming = [version for version in versions if version.in_force_from > day]
    pages = {page.pk: page for version in versions for page in holders.get(version.pk, [])}
    return Entry(
        statute,
        current[-1] if current else None,
        coming[0] if coming else None,
        sorted(pages.values(), key=lambda page: page.path),
    )


def outdated_citations(person: Any, day: datetime.date) -> QuerySet[ReferenceIndex]:
    """Return one row for each page and old version that it cites, of the pages that the person may edit.

    A row carries `page` and `version` (keys) and `statute`. Drafts do not count: what readers see is what matters.
    """
    replaced = StatuteVersion.objects.exclude(pk__in=StatuteVersion.objects.in_force(day).values("pk"))
    old = replaced.filter(in_force_from__lte=day)
    pages = page_permission_policy.instances_user_has_any_permission_for(person, ["change", "publish"]).live()
    cited = references_from_pages(StatuteVersion).annotate(
        version=Cast("to_object_id", IntegerField()), page=Cast("object_id", IntegerField())
    )
    cited = cited.filter(version__in=old.values("pk"), page__in=pages.values("pk"))
    first = cited.order_by().values("page", "version").annotate(first=Min("pk")).values("first")
    statute = StatuteVersion.objects.filter(pk=OuterRef("version")).values("statute")
    rows = cited.filter(pk__in=first).annotate(statute=Subquery(statute[:1]))
    return rows.order_by("statute", "page")


@dataclass(frozen=True)
class OldCitation:
    """A page that cites an old version, and the version that holds now."""

    page: Page
    cited: StatuteVersion
    current: StatuteVersion


def described(rows: Iterable[Any], day: datetime.date) -> list[OldCitation]:
    """Return what the rows of `outdated_citations` are about. Three queries."""
    found = list(rows)
    pages = Page.objects.in_bulk({row.page for row in found})
    cited = StatuteVersion.objects.select_related("statute").in_bulk({row.version for row in found})
    statutes = Q(statute__in={version.statute_id for version in cited.values()})
    current = {one.statute_id: one for one in StatuteVersion.objects.in_force(day).filter(statutes)}
    return [OldCitation(pages[row.page], cited[row.version], current[cited[row.version].statute_id]) for row in found]
