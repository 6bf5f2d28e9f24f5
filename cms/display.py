"""How a reader wants the pages: theme, size of text, keys. Kept in cookies, so that no account is needed."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

COOKIE_AGE = 365 * 24 * 60 * 60
CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "size": ("standard", "large"),  # large is the version for older readers (长辈版)
    "keys": ("on", "off"),  # single keys that do something: who dictates to the computer switches them off
}


def chosen(request: HttpRequest, name: str) -> str:
    """Return what the reader chose; the first of the choices if nothing, or something else, is in the cookie."""
    value = request.COOKIES.get(name, "")
    return value if value in CHOICES[name] else CHOICES[name][0]


def remember(response: HttpResponse, data: Mapping[str, str], *, secure: bool) -> None:
    """Keep every valid choice in the data; anything else is left as it was."""
    for name, values in CHOICES.items():
        if data.get(name) in values:
            response.set_cookie(name, data[name], max_age=COOKIE_AGE, secure=secure, httponly=True, samesite="Lax")
