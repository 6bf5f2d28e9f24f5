"""What every address of the API has in common: reading only, not too often, and 304 for what has not changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.conditional import with_etag
from core.throttle import Limit, address_of
from home.views.api.problems import problem

View = Callable[..., Any]
LIMIT = Limit("api", most=600)  # a minute and address: a whole office may stand behind one


def public(view: View) -> View:
    """Answer GET and HEAD alike. Nobody is signed in here: the answer is what a visitor may read."""

    @csrf_exempt  # nothing can be changed
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
        method, request.method = request.method, "GET"  # the library knows no HEAD
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        finally:
            request.method = method
        response.headers["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ["Cookie"])  # the language
        return with_etag(request, response)

    return guarded


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method not in ("GET", "HEAD"):
        response = problem(405, _("Reading only"), _("This interface can only be read: use GET."))
        response.headers["Allow"] = "GET, HEAD"
        return response
    wait = LIMIT.wait(address_of(request))
    if not wait:
        return None
    detail = _("Please wait %(seconds)d seconds before the next question.") % {"seconds": wait}
    response = problem(429, _("Too many requests"), detail)
    response.headers["Retry-After"] = str(wait)
    return response
