"""What a reader may find, and what is asked of it: the one place that decides what a search may know of.

Everything that the search says (results, counts, facets, suggestions, other spellings, promoted pages) is made of rows
of `reach()`, so that nothing can be said about what the reader may not open.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils import timezone
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page, ReferenceIndex, Site
from wagtail.permissions import policy_registry
from wagtail.search.utils import normalise_query_string

from core.models import Material
from core.privacy import public
from core.search.across import Found, Row, across, content_types
from core.search.results import among
from core.search.text import fold
from courses import permissions
from courses.models import ChannelPage, CoursePage, LessonPage
from courses.permissions import readable_pages
from home.enums import Kind
from home.models import NoticePage, TrainerPage
from people.models import User

KINDS: dict[type[Model], Kind] = {
    CoursePage: Kind.COURSE,
    LessonPage: Kind.LESSON,
    ChannelPage: Kind.CHANNEL,
    NoticePage: Kind.NOTICE,
    TrainerPage: Kind.TRAINER,
    Material: Kind.MATERIAL,
    User: Kind.PERSON,
}
PAGES, MATERIALS, PEOPLE = range(3)  # the places of the querysets in a search
BELOW_HOME = 3  # depth in the tree


@dataclass(frozen=True)
class Reach:
    """The rows that one reader may find on one site."""

    pages: QuerySet[Page]
    materials: QuerySet[Material]
    people: QuerySet[User]

    def search(self, query: str) -> Found:
        """Find the words anywhere; objects come as their pages and rows show them."""
        people = self.people.with_unit()  # type: ignore[attr-defined]  # a verb of our own
        files = self.materials.prefetch_related("tags")
        return across(query, self.pages.specific(), files, people)  # type: ignore[attr-defined]

    def suggest(self, beginning: str, most: int) -> list[Any]:
        """Return things whose titles or names hold what is being typed; those that begin with it stand first."""
        pages = self.pages.only("title", "url_path", "content_type", "path", "depth")
        found = across(beginning, pages, self.materials.defer("text"), self.people, is_typing=True)
        begun = fold(beginning)
        return sorted(found.objects(0, 3 * most), key=lambda row: not fold(str(row)).startswith(begun))[:most]


class Hit(NamedTuple):
    """A row that was found, with what the facets ask. What a row does not have is empty."""

    row: Row
    type: str
    channel: str
    year: str


class _Facts(NamedTuple):
    path: str
    day: datetime.date | None


def reach(person: Any, site: Site | None) -> Reach:
    """Return what the person may find: pages of this site, files, and people for those whose role sees people."""
    pages = public(Page.objects.live())
    pages = pages.in_site(site) if site else pages.none()
    people = policy_registry.get_by_type(User).instances_user_has_any_permission_for(person, ["view"])
    return Reach(
        readable_pages(pages, person),
        permissions.readable_materials(person),
        people.filter(is_active=True),
    )


def hits(found: Found, channels: dict[str, str]) -> list[Hit]:
    """Return the rows with their facts; `channels` are the paths of the channels by their keys. Two queries."""
    kinds = {pk: KINDS[model] for pk, model in content_types(KINDS).items()}
    facts = _facts(found)
    return [_hit(row, kinds.get(row.content_type_id, Kind.PAGE), facts.get((row.place, row.key)), channels)
            for row in found.rows]  # fmt: skip


def _hit(row: Row, kind: Kind, facts: _Facts | None, channels: dict[str, str]) -> Hit:
    if facts is None:
        return Hit(row, kind, "", "")
    channel = next((pk for pk, path in channels.items() if facts.path.startswith(path)), "")
    return Hit(row, kind, channel, str(facts.day.year) if facts.day else "")


def _facts(found: Found) -> dict[tuple[int, Any], _Facts]:
    fields = ("pk", "path", "first_published_at", "noticepage__published_on")
    pages = among(Page.objects.order_by(), found.keys(Page)).values_list(*fields)
    facts = {(PAGES, pk): _Facts(path, noticed or day_of(published)) for pk, path, published, noticed in pages}
    files = among(Material.objects.order_by(), found.keys(Material)).values_list("pk", "created_at")
    return facts | {(MATERIALS, pk): _Facts("", day_of(created)) for pk, created in files}


def day_of(moment: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(moment) if moment else None


def only(found: Found, kept: Iterable[Hit]) -> Found:
    """Return the search narrowed to these hits."""
    return replace(found, rows=tuple(hit.row for hit in kept))


def channels_in(within: Reach) -> list[Page]:
    """Return the channels that the reader may open, in the order of the tree."""
    return list(within.pages.type(ChannelPage).order_by("path"))  # type: ignore[attr-defined]


def trails(objects: Iterable[Any], within: Reach) -> dict[Any, list[str]]:
    """Return the titles that say where each page or file is, the outermost first; only what the reader may open.

    A file is where the first page is that holds it. Three queries.
    """
    rows = list(objects)
    stands = {row: row.path for row in rows if isinstance(row, Page)}
    stands |= _holders([row for row in rows if isinstance(row, Material)], within)
    above = {row: _above(path, itself=isinstance(row, Material)) for row, path in stands.items()}
    wanted = {path for paths in above.values() for path in paths}
    titles = dict(within.pages.filter(path__in=wanted).order_by().values_list("path", "title"))
    return {row: [titles[path] for path in paths if path in titles] for row, paths in above.items()}


def _holders(materials: list[Material], within: Reach) -> dict[Any, str]:
    """Return the path of the first page that holds each file."""
    to, base = (ContentType.objects.get_for_model(model) for model in (Material, Page))
    used = ReferenceIndex.objects.filter(to_content_type=to, base_content_type=base)
    pairs = used.filter(to_object_id__in=[str(one.pk) for one in materials]).values_list("to_object_id", "object_id")
    pages = {(int(file), int(page)) for file, page in pairs}
    paths = dict(within.pages.filter(pk__in={page for _, page in pages}).order_by().values_list("pk", "path"))
    first = {one: sorted(paths[page] for file, page in pages if file == one.pk and page in paths) for one in materials}
    return {material: found[0] for material, found in first.items() if found}


def _above(path: str, *, itself: bool) -> list[str]:
    step = Page.steplen
    last = len(path) if itself else len(path) - step
    return [path[:end] for end in range(BELOW_HOME * step, last + 1, step)]


def promoted(query: str, within: Reach) -> list[SearchPromotion]:
    """Return what editors recommend for exactly this query. Two queries."""
    spellings = {normalise_query_string(query), normalise_query_string(fold(query))}
    rows = list(SearchPromotion.objects.filter(query__query_string__in=spellings).select_related("page"))
    is_open = set(within.pages.filter(pk__in=[row.page_id for row in rows]).values_list("pk", flat=True))
    return [row for row in rows if row.page_id is None or row.page_id in is_open]
