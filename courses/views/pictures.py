"""Pictures: those of pages for everybody at once and from caches, all others only to whoever may see such a page."""

from __future__ import annotations

import hashlib
from mimetypes import guess_type
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from core import served
from core.freshness import kept
from core.models import PictureRendition
from courses.permissions import readable_pictures

CACHED = "public, max-age=86400"  # a rendition never changes under its name


class Standing(NamedTuple):
    """The picture that a rendition shows, and whether everybody may see it."""

    picture: int
    is_for_everybody: bool


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a rendition. What the reader may not see answers as if it did not exist."""
    standing = kept(f"picture:{hashlib.sha256(path.encode()).hexdigest()}", lambda: _standing(path))
    if not standing.is_for_everybody and not _may_see(request, standing.picture):
        raise Http404
    kind = guess_type(path)[0] or "application/octet-stream"
    cache = CACHED if standing.is_for_everybody else served.PRIVATE
    stored = served.look_up(PictureRendition().file.storage, path)
    return served.send(request, stored, kind=kind, cache=cache)


def _standing(path: str) -> Standing:
    picture = PictureRendition.objects.filter(file=path).values_list("image", flat=True).first()
    if picture is None:
        raise Http404
    return Standing(picture, readable_pictures(AnonymousUser()).filter(pk=picture).exists())


def _may_see(request: HttpRequest, picture: int) -> bool:
    return readable_pictures(request.user).filter(pk=picture).exists()  # type: ignore[no-any-return]
