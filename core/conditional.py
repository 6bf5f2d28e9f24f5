"""Answers that the other side may keep, if it asks each time whether they still hold."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the state of a 200 answer by its content, and send 304 to whoever has it already."""
    if response.status_code != 200:
        return response
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    response.headers.setdefault("Cache-Control", "no-cache")
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=response) or response
    return answer
