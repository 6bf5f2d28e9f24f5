"""Which phone it was: a random word in a signed cookie. It says nothing of the person; two people on one phone show."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from courses.services.codes import new_device

COOKIE, SALT = "device", "courses.device"
YEAR = 365 * 24 * 60 * 60


def device_of(request: HttpRequest) -> str:
    """Return the word of this phone, a new one if it has none."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=YEAR) or new_device()


def remember_device(response: HttpResponse, device: str) -> HttpResponse:
    response.set_signed_cookie(
        COOKIE, device, salt=SALT, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
