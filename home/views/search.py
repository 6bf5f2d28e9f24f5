"""The search page and the suggestions while somebody is typing."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.http import require_safe
from wagtail.models import Site

from home.filters import LONGEST, SearchFilter, words
from home.presenters.search import promotions, results, suggestions
from home.selectors.search import PEOPLE, Reach, channels_in, hits, only, promoted, reach
from home.selectors.spelling import meant
from home.services.searches import count_search

PER_PAGE = 10
SUGGESTED = 8


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what the words find; htmx asks for the part below the search box alone."""
    asked = words(request.GET)
    within = _reach(request)
    context: dict[str, Any] = {
        "query": asked,
        "longest": LONGEST,
        "is_cut": len(request.GET.get("q", "").strip()) > LONGEST,
    }
    context |= _found(request, asked, within) if asked else {"channels": channels_in(within)}
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django-htmx
    partial = asked and htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, "home/search/update.html" if partial else "home/search/search.html", context)
    patch_vary_headers(response, ["HX-Request"])
    response["X-Robots-Tag"] = "noindex"
    if partial:
        response["HX-Push-Url"] = f"{request.path}?{context['filter'].query()}"
    return response


def _found(request: HttpRequest, asked: str, within: Reach) -> dict[str, Any]:
    found = within.search(asked)
    channels = channels_in(within)
    titles = {str(channel.pk): channel.title for channel in channels}
    narrowed = SearchFilter(request.GET, hits(found, {str(one.pk): one.path for one in channels}), titles)
    kept = only(found, narrowed.narrowed)
    paging = Paginator(range(kept.count), PER_PAGE).get_page(request.GET.get("page"))
    shown = kept.objects(paging.start_index() - 1, paging.end_index()) if kept.count else []
    is_first = paging.number == 1 and not any(narrowed.chosen.values())
    if is_first and not request.htmx and any(row.place != PEOPLE for row in found.rows):  # type: ignore[attr-defined]
        count_search(query=asked)
    return {
        "filter": narrowed,
        "facets": narrowed.facets(),
        "paging": paging,
        "results": results(shown, asked, within, request),
        "promotions": promotions(promoted(asked, within), request) if is_first else [],
        "meant": meant(asked, within, found=found.count),
        "channels": channels if not kept.count else [],
    }


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """List titles that begin with, or hold, what has been typed so far."""
    asked = words(request.GET)
    within = _reach(request)
    shown = within.suggest(asked, SUGGESTED) if asked else []
    response = render(request, "home/search/suggestions.html", {"suggestions": suggestions(shown, asked, request)})
    add_never_cache_headers(response)
    return response


def _reach(request: HttpRequest) -> Reach:
    return reach(request.user, Site.find_for_request(request))
