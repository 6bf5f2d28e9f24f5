"""The library (资料下载)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.pages import serves
from home.models import LibraryPage
from home.presenters.library import narrowed, rows
from home.selectors.library import collections_of

PER_PAGE = 20


@serves(LibraryPage)
def library(request: HttpRequest, page: LibraryPage) -> HttpResponse:
    asked = (request.GET.get("collection", ""), request.GET.get("kind", ""))
    shown = narrowed(collections_of(page), request.user, *asked)
    page_obj = Paginator(shown.found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "library": shown, "page_obj": page_obj, "rows": rows(page_obj.object_list, request.user)}
    return render(request, "home/library_page.html", context)
