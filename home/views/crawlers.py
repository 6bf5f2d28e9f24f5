"""What search engines are told: where they may look, and which pages everybody may read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from core.freshness import for_everybody
from courses.models import CourseRun
from home.selectors.api import VISITOR, open_runs
from home.selectors.search import reach

# Work places, answers to questions, and what is meant for programs.
CLOSED = ("/admin/", "/accounts/", "/my/", "/teach/", "/calendars/", "/display/", "/search/", "/api/", "/documents/")
LISTED = ("path", "depth", "url_path", "last_published_at", "locale_id", "content_type_id")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in CLOSED], ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('home:sitemap'))}")
    return for_everybody(HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the pages and classes that a visitor may read, and nothing else."""
    site_map: dict[str, Any] = {"pages": OpenPages(request), "classes": OpenRuns()}
    return for_everybody(sitemap_view(request, site_map))


class OpenPages(Sitemap):
    """Published pages without a circle of readers."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> Any:
        return reach(VISITOR, Site.find_for_request(self.request)).pages.order_by("path").only(*LISTED)

    def location(self, item: Page) -> str:
        return item.get_url(self.request) or "/"

    def lastmod(self, item: Page) -> datetime.datetime | None:
        return item.last_published_at  # type: ignore[no-any-return]  # Wagtail ships no types


class OpenRuns(Sitemap):
    """Announced classes that are not over, and the register of statutes."""

    def items(self) -> Iterable[Any]:
        at = timezone.now()
        return [*open_runs(at).filter(ends_at__gt=at), "home:statutes"]

    def location(self, item: CourseRun | str) -> str:
        return reverse(item) if isinstance(item, str) else reverse("courses:run", args=[item.pk])
