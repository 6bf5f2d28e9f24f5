"""What every request passes through, apart from Django's own."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

# Wagtail's editor writes style attributes; its scripts need no exception.
ADMIN_RELAXATION = {"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:", "blob:"]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy for every page, with inline styles allowed under the Wagtail admin alone."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/") and not report_only:
            parts.replace = ADMIN_RELAXATION
        return parts


class LargePagesMiddleware(GZipMiddleware):
    """Send large pages of signed-in people packed: a register of three hundred is 700 kB, and a phone pays for each.

    Only pages: files are sent by ranges, and packing would break those. Pages that are the same for everybody are left
    to the server in front. Django adds a few random bytes, so that the length gives no secret of the page away.
    """

    least = 20_000  # bytes; below that the packing costs more than it saves

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if not is_page or getattr(response, "is_for_everybody", False):
            return response
        return super().process_response(request, response) if len(response.content) >= self.least else response  # type: ignore[attr-defined,no-any-return]


class PrivatePagesMiddleware:
    """Keep pages of signed-in people out of every cache: office computers are shared."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def note_sign_out(request: HttpRequest | None, **kwargs: Any) -> None:
    """Receiver of `user_logged_out`: the answer to this request tells the browser to forget."""
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]  # read below


class ForgetOnSignOutMiddleware:
    """Tell the browser of somebody who signs out to empty its stores: names must not stay on a shared device.

    A device that has removed the names by itself and still holds marks on their way, as mere numbers, says so with
    `unsent` in the form: then only what it cached goes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "signed_out", False):
            unsent = request.POST.get("unsent")
            response.headers["Clear-Site-Data"] = '"cache"' if unsent else '"cache", "storage"'
        return response


class ChosenLanguageMiddleware:
    """Use the language that the reader chose, else the site's own.

    Unlike Django's middleware this does not ask the browser: offices run browsers with an English or an unset
    language, and their readers expect Chinese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # where Django's own middleware leaves it
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
