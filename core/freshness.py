"""One stamp for everything that every reader sees alike: whoever keeps a copy keeps it under the stamp.

`touch()` changes the stamp when something was published, so that every process lets go of its copies at once. Without
the shared cache there is no stamp, and nobody keeps a copy. What depends on the reader is never kept.
"""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache, caches
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpResponse
from redis.exceptions import RedisError
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

KEY = "freshness"
SEATS = "freshness-seats"
GLANCE = 2  # seconds
UNREACHABLE = (RedisError, OSError)
SECONDS = 60  # copies may also depend on the clock, or on rows that nobody watches
NOT_KEPT = object()
T = TypeVar("T")
log = logging.getLogger(__name__)


def stamp() -> str:
    """Return the present stamp; empty if the shared cache cannot be reached."""
    try:
        value = cache.get(KEY)
        if not value:
            cache.add(KEY, _new(), None)  # another process may be quicker
            value = cache.get(KEY)
        return value or ""
    except UNREACHABLE:
        return ""


def kept(key: str, build: Callable[[], T]) -> T:
    """Return what `build` gives, from the store of this process if it was built under the present stamp.

    The value is pickled, so that no request can change the copy of another. It must not depend on the reader.
    """
    fresh = stamp()
    if not fresh:
        return build()
    store, full_key = caches["kept"], hashlib.sha256(f"{fresh}:{key}".encode()).hexdigest()  # keys may be addresses
    value = store.get(full_key, NOT_KEPT)
    if value is NOT_KEPT:
        value = build()
        store.set(full_key, value, SECONDS)
    return value  # type: ignore[no-any-return]  # what was stored under this key


def touch(**_signal: Any) -> None:
    """Renew the stamp once the transaction is through; also a receiver for any signal."""
    transaction.on_commit(_renew)


def touch_seats() -> None:
    """Say, once the transaction is through, that somebody took or gave back a seat.

    When a class opens, seats go by the second, and visitors look on: the pages that they share follow, but not more
    often than `GLANCE`. Whoever is signed in sees the seats as they are.
    """
    transaction.on_commit(_renew_seats)


def glance() -> str:
    """Return the stamp of the seats, at most `GLANCE` old; each process asks the shared cache no more often."""
    global _glance
    seen, value = _glance
    now = time.monotonic()
    if now - seen >= GLANCE:
        try:
            value = cache.get(SEATS) or ""
        except UNREACHABLE:
            value = ""
        _glance = (now, value)
    return value


def watch(*models: type[Model]) -> None:
    """Renew the stamp whenever a row of these models is saved or deleted."""
    for model in models:
        post_save.connect(touch, sender=model, dispatch_uid=f"freshness-{model.__name__}")
        post_delete.connect(touch, sender=model, dispatch_uid=f"freshness-{model.__name__}")


def watch_links(*through: type[Model]) -> None:
    """Renew the stamp whenever rows are linked or unlinked by these tables of links."""
    for table in through:
        m2m_changed.connect(touch, sender=table, dispatch_uid=f"freshness-{table.__name__}")


def watch_pages() -> None:
    """Renew the stamp whenever a page appears, changes, moves or goes."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(touch, dispatch_uid="freshness-pages")
    post_delete.connect(_touch_for_page, dispatch_uid="freshness-deleted-pages")
    watch(PageViewRestriction, CollectionViewRestriction, Site)
    for restrictions in (PageViewRestriction, CollectionViewRestriction):  # their groups are set after they are saved
        through = restrictions.groups.through
        m2m_changed.connect(touch, sender=through, dispatch_uid=f"freshness-{through.__name__}")


def for_everybody(response: HttpResponse) -> HttpResponse:
    """Say that a visitor who is not signed in sees nothing in the response that is only for him or her."""
    response.is_for_everybody = True  # type: ignore[attr-defined]  # read by the page cache
    return response


def _touch_for_page(instance: Model, **_signal: Any) -> None:
    if isinstance(instance, Page):
        touch()


def _new() -> str:
    return uuid.uuid4().hex


_glance = (float("-inf"), "")


def _renew_seats() -> None:
    try:
        cache.set(SEATS, _new(), None)
    except UNREACHABLE:
        log.warning("The shared cache cannot be reached; visitors may see old seats for a minute.")


def _renew() -> None:
    try:
        cache.set(KEY, _new(), None)
    except UNREACHABLE:
        log.exception("The shared cache cannot be reached; visitors may see an old page for a minute.")
