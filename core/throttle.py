"""Limits on how often something may be asked, counted in the shared cache so that all processes count together.

Windows stand still (each minute counts for itself), and a lost count is harmless: these limits keep a runaway program
from taking the site away from people, they guard no secret. Without the cache nothing is limited.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.freshness import UNREACHABLE


@dataclass(frozen=True)
class Limit:
    """At most `most` requests in `seconds`, for each key under `name`."""

    name: str
    most: int
    seconds: int = 60

    def wait(self, key: str) -> int:
        """Count one request; return the seconds to wait, 0 if it may go on."""
        now = time.time()
        window = int(now // self.seconds)
        place = f"throttle:{self.name}:{window}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        try:
            used = 1 if cache.add(place, 1, 2 * self.seconds) else cache.incr(place)
        except (*UNREACHABLE, ValueError):  # ValueError: it went away between the two questions
            return 0
        return math.ceil((window + 1) * self.seconds - now) if used > self.most else 0


def address_of(request: HttpRequest) -> str:
    """Return the network address that asks, as the sign-in limits see it (setting TRUSTED_PROXIES)."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # a server that names no address, such as one on a socket without a proxy's header
        return ""
