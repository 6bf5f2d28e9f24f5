"""Wagtail's way to a page, with what does not depend on the reader kept for a minute: the site, the way, the page."""

from django.http import HttpRequest, HttpResponse
from wagtail import views
from wagtail.models import Page, Site

from core.freshness import kept


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page of the tree; who may read it is asked for every request."""
    host = request.get_host()
    where = {
        "_wagtail_site": kept(f"site:{host}", lambda: Site.find_for_request(request)),
        "_wagtail_route_for_request": kept(f"route:{host}:{path}", lambda: Page.route_for_request(request, path)),
    }
    request.__dict__.update(where)  # where Wagtail itself keeps them for the rest of the request
    return views.serve(request, path)  # type: ignore[no-any-return]  # Wagtail ships no types
