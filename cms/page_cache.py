"""Keeps whole pages for visitors who are not signed in.

Only what a view declared to be the same for everybody is kept (`core.freshness.for_everybody`), under the stamp that
changes with every publication, and for a minute at most, because what a class offers also depends on the clock. Each
process has its own store; with Redis there is a second one that all processes share. A request with a session, a
message, a sign-in header or of htmx never meets the store, neither to read nor to write.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from cms.display import CHOICES, chosen
from core.freshness import UNREACHABLE, stamp

SECONDS = 60
MOST_BYTES = 32 * 1024 * 1024
LONGEST_ADDRESS = 500
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
PERSONAL_HEADERS = ("Authorization", "HX-Request")
TOKEN = b"csrfmiddlewaretoken"  # belongs to one browser


@dataclass(frozen=True)
class Copy:
    """A page as it was sent; `until` is on the clock of this machine, in seconds."""

    content: bytes
    headers: dict[str, str]
    etag: str
    until: float


class Store:
    """The copies of one process: the least recently used go first when there are too many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self._bytes, self._most, self._lock = 0, most_bytes, Lock()

    def get(self, key: str) -> Copy | None:
        with self._lock:
            copy = self._copies.get(key)
            if copy is not None:
                self._copies.move_to_end(key)
        return copy if copy and copy.until > time.time() else None

    def set(self, key: str, copy: Copy) -> None:
        with self._lock:
            self._drop(key)
            self._copies[key] = copy
            self._bytes += len(copy.content)
            while self._bytes > self._most:
                self._drop(next(iter(self._copies)))

    def _drop(self, key: str) -> None:
        gone = self._copies.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.content)


class PageCacheMiddleware:
    """Answers visitors from the store, and fills it. Stands outside of everything that costs time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.store = Store()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request) if may_share(request) else ""
        if not key:
            return self.get_response(request)
        copy = self.store.get(key) or self._shared(key)
        if copy is None:
            response = self.get_response(request)
            copy = copy_of(request, response)
            if copy is None:
                return response
            self._keep(key, copy)
        return answer(request, copy)

    def _shared(self, key: str) -> Copy | None:
        try:
            copy: Copy | None = caches["pages"].get(key)
        except UNREACHABLE:
            return None
        if copy is not None:
            self.store.set(key, copy)
        return copy

    def _keep(self, key: str, copy: Copy) -> None:
        self.store.set(key, copy)
        try:
            caches["pages"].set(key, copy, SECONDS)
        except UNREACHABLE:
            return


def may_share(request: HttpRequest) -> bool:
    """Whether the request carries nothing by which one visitor differs from another."""
    return (
        request.method in ("GET", "HEAD")
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
        and not any(name in request.headers for name in PERSONAL_HEADERS)
    )


def key_of(request: HttpRequest) -> str:
    """Everything on which such a page depends; empty if it is not to be kept."""
    address = request.get_full_path()
    fresh = stamp()
    if not fresh or len(address) > LONGEST_ADDRESS:
        return ""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    looks = [chosen(request, name) for name in CHOICES]
    parts = "\n".join([fresh, request.scheme or "", host, language, *looks, address])
    return hashlib.sha256(parts.encode()).hexdigest()


def copy_of(request: HttpRequest, response: HttpResponseBase) -> Copy | None:
    """Return what to keep of a response; None if it is not for everybody after all."""
    shareable = (
        request.method == "GET"
        and isinstance(response, HttpResponse)
        and response.status_code == 200
        and getattr(response, "is_for_everybody", False)
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
    )
    if not shareable or TOKEN in response.content:  # type: ignore[attr-defined]  # an HttpResponse has content
        return None
    content = response.content  # type: ignore[attr-defined]  # as above
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    response.headers["Cache-Control"] = "no-cache"
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Copy(content, {**response.headers, "ETag": etag}, etag, time.time() + SECONDS)


def answer(request: HttpRequest, copy: Copy) -> HttpResponse:
    """Send the page, or say that the browser has it already."""
    if copy.etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": copy.etag, "Vary": copy.headers["Vary"]})
    return HttpResponse(copy.content, headers=copy.headers)
