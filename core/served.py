"""Sends one stored file over HTTP: whole, in part, or not at all if the reader's copy is still good.

Whoever calls this has already asked whether the reader may have the file; nothing here looks at who asks.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

CHUNK = 64 * 1024
# A player asks for everything from here to the end and then reads at the pace of the ear. It gets a piece and asks
# for the next one, so that a worker that serves one request at a time is soon free again.
PIECE = 2 * 1024 * 1024
RANGE = re.compile(r"(\d{0,18})-(\d{0,18})", re.ASCII)
PLAYED = ("audio/", "video/")
PRIVATE, PUBLIC = "private, no-store", "public, no-cache"
# What the browser may do with a file that it opens by itself: show it, and run nothing.
POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox"
SHOWN = {
    "application/pdf": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
    "audio/mpeg": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "video/mp4": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
}


class Unsatisfiable(Exception):
    """The range that was asked for is nonsense or lies beyond the file."""


@dataclass(frozen=True)
class Stored:
    """A file as it lies in the storage: size in bytes, when it was written, and a tag that no other content has."""

    storage: Any
    name: str
    size: int
    written: int
    etag: str


def look_up(storage: Any, name: str) -> Stored:
    """Return what there is to know of a stored file. Raises Http404 if it is gone."""
    try:
        size, written = storage.size(name), storage.get_modified_time(name)
    except (OSError, ValueError):
        raise Http404 from None
    return Stored(storage, name, size, int(written.timestamp()), _etag(name, size, written))


def _etag(name: str, size: int, written: datetime.datetime) -> str:
    facts = f"{name}\n{size}\n{written.timestamp()}"
    return f'"{hashlib.sha256(facts.encode()).hexdigest()[:32]}"'


def send(request: HttpRequest, stored: Stored, *, kind: str, name: str = "", cache: str = PRIVATE) -> HttpResponseBase:
    """Answer a GET or HEAD for the file. `kind` is its media type, `name` what a reader's computer shall call it.

    Everything but sound, video and PDF is offered for saving, unless there is no name: that is a picture in a page.
    """
    response = _answer(request, stored, kind)
    for header, value in _headers(stored, kind, name, cache).items():
        response.headers[header] = value
    return response


def _answer(request: HttpRequest, stored: Stored, kind: str) -> HttpResponseBase:
    settled = get_conditional_response(request, etag=stored.etag, last_modified=stored.written)
    if settled is not None:
        return settled
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(stored.size)}, content_type=kind)
    try:
        part = wanted_part(request, stored, PIECE if kind.startswith(PLAYED) else stored.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    if part is None:
        return FileResponse(stored.storage.open(stored.name), content_type=kind)
    return _part(stored, *part, kind)


def _headers(stored: Stored, kind: str, name: str, cache: str) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": stored.etag,
        "Last-Modified": http_date(stored.written),
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SHOWN.get(kind, POLICY),
    }
    if name:
        headers["Content-Disposition"] = content_disposition_header(kind not in SHOWN, name) or "attachment"
    return headers


def wanted_part(request: HttpRequest, stored: Stored, piece: int) -> tuple[int, int] | None:
    """Return the first and the last byte that the request asks for; None if it is to have the whole file.

    An open range brings at most `piece` bytes. Several ranges at once are not worth their code: they get the whole.
    Raises Unsatisfiable.
    """
    unit, _, ranges = request.headers.get("Range", "").partition("=")
    if unit.strip().lower() != "bytes" or "," in ranges or not _is_same(request, stored):
        return None
    found = RANGE.fullmatch(ranges.strip())
    if found is None or not any(found.groups()):
        raise Unsatisfiable
    return _within(found[1], found[2], stored.size, piece)


def _within(first: str, last: str, size: int, piece: int) -> tuple[int, int]:
    if not first:  # the last so many bytes
        start, end = max(0, size - int(last)), size - 1
    else:
        start = int(first)
        end = min(int(last), size - 1) if last else min(start + piece, size) - 1
    if start > end or (first and last and int(last) < int(first)):
        raise Unsatisfiable
    return start, end


def _is_same(request: HttpRequest, stored: Stored) -> bool:
    """Whether the reader's first part, if there is one, is of the file as it is now."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition or condition == stored.etag:
        return True
    return parse_http_date_safe(condition) == stored.written


def _part(stored: Stored, start: int, end: int, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_chunks(stored, start, end - start + 1), status=206, content_type=kind)
    response.headers["Content-Range"] = f"bytes {start}-{end}/{stored.size}"
    response.headers["Content-Length"] = str(end - start + 1)
    return response


def _chunks(stored: Stored, start: int, length: int) -> Iterator[bytes]:
    with stored.storage.open(stored.name) as source:
        source.seek(start)
        while length > 0 and (chunk := source.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
