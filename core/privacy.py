"""What Wagtail's own privacy settings close, without asking for those settings every time."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.db.models import Q
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, PageViewRestriction

from core.freshness import kept

HOLDERS: dict[type[BaseViewRestriction], str] = {
    PageViewRestriction: "page__path",
    CollectionViewRestriction: "collection__path",
}


class Setting(NamedTuple):
    """One privacy setting: the path that it closes, for whom it opens it, and which groups that are."""

    path: str
    kind: str
    groups: frozenset[int]


def public(pages: Any) -> Any:
    """Narrow a set of pages to those that neither have a privacy setting nor stand below one: `QuerySet.public()`."""
    for setting in _settings(PageViewRestriction):
        pages = pages.exclude(path__startswith=setting.path)
    return pages


def closed_pages(person: Any) -> Q:
    """A condition on pages that holds for those which a privacy setting closes to the person."""
    return _below("path", PageViewRestriction, person)


def closed_collections(person: Any) -> Q:
    """The same for what lies in collections."""
    return _below("collection__path", CollectionViewRestriction, person)


def _below(field: str, restrictions: type[BaseViewRestriction], person: Any) -> Q:
    found = Q(pk__in=[])
    for setting in _settings(restrictions):
        if not _admits(setting, person):
            found |= Q(**{f"{field}__startswith": setting.path})
    return found


def _admits(setting: Setting, person: Any) -> bool:
    """Whether the person passes. What has a shared password stays closed: nobody knows here who typed it."""
    if not person.is_authenticated or setting.kind == BaseViewRestriction.PASSWORD:
        return False
    return setting.kind == BaseViewRestriction.LOGIN or bool(setting.groups & _groups_of(person))


def _groups_of(person: Any) -> set[int]:
    if not hasattr(person, "group_ids"):
        person.group_ids = set(person.groups.values_list("pk", flat=True))
    return person.group_ids  # type: ignore[no-any-return]  # set above


def _settings(restrictions: type[BaseViewRestriction]) -> list[Setting]:
    return kept(f"privacy:{restrictions.__name__}", lambda: _read(restrictions))


def _read(restrictions: type[BaseViewRestriction]) -> list[Setting]:
    place = HOLDERS[restrictions]
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    rows = restrictions.objects.order_by(place).values_list(place, "restriction_type", "groups")  # type: ignore[attr-defined]
    for path, kind, group in rows:
        groups[path, kind].add(group)
    return [Setting(path, kind, frozenset(held)) for (path, kind), held in groups.items()]
