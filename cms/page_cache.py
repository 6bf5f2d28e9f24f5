"""Keeps whole pages for visitors who are not signed in.

Only what a view declared to be the same for everybody is kept (`core.freshness.for_everybody`), under the stamp that
changes with every publication, and for a minute at most, because what a class offers also depends on the clock. Each
process has its own store; with Redis there is a second one that all processes share. A request with a session, a
message, a sign-in header or of htmx never meets the store, neither to read nor to write.

Only so many addresses can fill it. Parameters that no page of ours has lead past it; those that messengers hang on a
shared address are overlooked when reading, and such an answer is not kept; filtered lists have a small store of their
own, which nobody shares.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.http.request import split_domain_port
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from cms.display import CHOICES, chosen
from core.freshness import UNREACHABLE, glance, stamp

SECONDS = 60
MOST_BYTES = 32 * 1024 * 1024
MOST_BYTES_OF_LISTS = 4 * 1024 * 1024
LONGEST_ADDRESS = 500
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
PERSONAL_HEADERS = ("Authorization", "HX-Request")
TOKEN = b"csrfmiddlewaretoken"  # belongs to one browser
# What narrows and pages the lists of pages that are kept. A parameter that is missing here only costs the copy.
KNOWN = frozenset(
    {"page", "kind", "year", "collection", "state", "free", "channel", "profession", "requirement", "mode", "month"}
)
# What WeChat and others hang on an address that is shared; no page of ours reads them.
HUNG_ON = frozenset(
    {"from", "isappinstalled", "scene", "subscene", "clicktime", "enterid", "sharer_shareinfo", "nsukey"}
)


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


@dataclass(frozen=True)
class Place:
    """Where the copy for a request lies: its key, whether among the lists, whether one may be put there."""

    key: str
    is_list: bool = False
    may_keep: bool = True


class PageCacheMiddleware:
    """Answers visitors from the store, and fills it. Stands outside of everything that costs time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.store, self.lists = Store(), Store(MOST_BYTES_OF_LISTS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        place = place_of(request) if may_share(request) else None
        if place is None:
            return self.get_response(request)
        copy = self._find(place)
        if copy is None:
            response = self.get_response(request)
            copy = copy_of(request, response) if place.may_keep else None
            if copy is None:
                return response
            self._keep(place, copy)
        return answer(request, copy)

    def _find(self, place: Place) -> Copy | None:
        if place.is_list:
            return self.lists.get(place.key)
        return self.store.get(place.key) or self._shared(place.key)

    def _shared(self, key: str) -> Copy | None:
        try:
            copy: Copy | None = caches["pages"].get(key)
        except UNREACHABLE:
            return None
        if copy is not None:
            self.store.set(key, copy)
        return copy

    def _keep(self, place: Place, copy: Copy) -> None:
        if place.is_list:
            self.lists.set(place.key, copy)
            return
        self.store.set(place.key, copy)
        try:
            caches["pages"].set(place.key, copy, SECONDS)
        except UNREACHABLE:
            return


def may_share(request: HttpRequest) -> bool:
    """Whether the request carries nothing by which one visitor differs from another."""
    return (
        request.method in ("GET", "HEAD")
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
        and not any(name in request.headers for name in PERSONAL_HEADERS)
    )


def place_of(request: HttpRequest) -> Place | None:
    """Return where a copy may lie, by everything on which such a page depends; None if there is to be none."""
    fresh, host, names = stamp(), usual_host(request), set(request.GET)
    strange = any(name not in KNOWN and not is_hung_on(name) for name in names)
    if not fresh or not host or strange or len(request.get_full_path()) > LONGEST_ADDRESS:
        return None
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    looks = [chosen(request, name) for name in CHOICES]
    parts = [fresh, glance(), request.scheme or "", host, language, *looks, _address(request)]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Place(key, is_list=bool(names & KNOWN), may_keep=names <= KNOWN)


def is_hung_on(name: str) -> bool:
    return name in HUNG_ON or name.startswith("utm_")


def _address(request: HttpRequest) -> str:
    """The address without what was hung on it."""
    query = request.GET.copy()
    for name in set(query) - KNOWN:
        del query[name]
    return f"{request.path}?{query.urlencode()}"


def usual_host(request: HttpRequest) -> str:
    """Return the host; empty if it is not ours, or is spelt as nobody does: each spelling would have its own copies."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    _name, port = split_domain_port(host)
    ours = {"", request.get_port(), str(urlsplit(settings.WAGTAILADMIN_BASE_URL).port)}
    return host if host == host.lower() and port in ours else ""


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
        told = ("ETag", "Vary", "Cache-Control", "Content-Language")
        return HttpResponseNotModified(headers={name: copy.headers[name] for name in told if name in copy.headers})
    return HttpResponse(copy.content, headers=copy.headers)
