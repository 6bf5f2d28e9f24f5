"""Pages that are not for everybody, at the door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from people.permissions import may_read


def refuse_closed_page(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Send visitors to sign in; for anybody else outside its circle the page does not exist."""
    if may_read(request.user, page):
        return None
    if request.user.is_authenticated:
        raise Http404
    response = redirect_to_login(request.get_full_path())
    add_never_cache_headers(response)
    return response
