"""The register of statutes, for everybody."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.freshness import for_everybody
from home.selectors.statutes import entries, statutes

PER_PAGE = 20


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Which version of each law is in force, since when, and where this site cites it."""
    today = timezone.localdate()
    page_obj = Paginator(statutes(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page_obj, "entries": entries(page_obj.object_list, today, request.user), "today": today}
    return for_everybody(render(request, "home/statutes.html", context))
