"""The notices as a feed. A feed reader signs in nowhere, so it gets what everybody may read."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _

from core.freshness import for_everybody
from home.models import NoticeIndexPage, NoticePage, SiteDetails
from home.selectors.notices import notices

LATEST = 30
NOON = datetime.time(12, 0)  # a notice has a day, a feed wants a moment: noon is on that day in most of the world


class NoticesFeed(Feed):
    """The latest notices, RSS 2.0."""

    feed_type = Rss201rev2Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return for_everybody(super().__call__(request, *args, **kwargs))

    def title(self) -> str:
        return _("Notices of %(site)s") % {"site": SiteDetails.load().site_name}

    def description(self) -> str:
        return _("The latest notices about training.")

    subtitle = description

    def author_name(self) -> str:
        """Atom wants to know who speaks, also of a notice that names nobody."""
        details = SiteDetails.load()
        return details.organisation or details.site_name

    def link(self) -> str:
        index = NoticeIndexPage.objects.live().first()
        return (index.get_url() if index else None) or "/"

    def items(self) -> Any:
        return notices(AnonymousUser())[:LATEST]

    def item_title(self, item: NoticePage) -> str:
        return item.title

    def item_description(self, item: NoticePage) -> str:
        return item.summary

    def item_link(self, item: NoticePage) -> str:
        return item.get_url() or "/"

    def item_guid(self, item: NoticePage) -> str:
        return f"notice-{item.pk}"

    item_guid_is_permalink = False

    def item_author_name(self, item: NoticePage) -> str:
        return item.issued_by

    def item_pubdate(self, item: NoticePage) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.published_on, NOON))

    def item_updateddate(self, item: NoticePage) -> datetime.datetime:
        return item.last_published_at or self.item_pubdate(item)  # type: ignore[no-any-return]

    def item_categories(self, item: NoticePage) -> list[str]:
        return [str(item.get_category_display())]


class NoticesAtom(NoticesFeed):
    """The same, Atom 1.0."""

    feed_type = Atom1Feed  # type: ignore[assignment]  # Django's stubs name the class of the other format

    def item_guid(self, item: NoticePage) -> str:
        day = item.published_on.isoformat()
        return f"tag:{self.host},{day}:notice-{item.pk}"  # Atom asks for an IRI that stays when the address changes

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.host = request.get_host().split(":")[0]
