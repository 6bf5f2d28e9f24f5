"""Who looks at the back office right now, for the few places that Wagtail does not tell."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponseBase

_viewer: ContextVar[Any] = ContextVar("viewer", default=None)


def viewer() -> Any:
    """Return the person whom the admin is answering; None outside the admin and in commands."""
    return _viewer.get()


class ViewerMiddleware:
    """Remembers the person until the answer is rendered. Wagtail's own log context ends before that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        token = _viewer.set(request.user)
        try:
            return self.get_response(request)
        finally:
            _viewer.reset(token)
