"""Ways on for somebody who came to an address where nothing is. Only what the reader may open is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from wagtail.models import Page, Site

from home.presenters.search import Suggestion, suggestions
from home.selectors.search import Reach, reach

MOST = 5
WORDS = re.compile(r"[^\W_]+(?:[-_ ][^\W_]+)*")  # of an address that a page could have; machines ask for others
LONGEST = 60


@dataclass(frozen=True)
class Ways:
    """The nearest page above the address, and pages whose titles sound like its last part."""

    above: Any = None
    similar: list[Suggestion] = field(default_factory=list)


def ways(request: HttpRequest) -> Ways:
    """Look around the address that was asked for. Few queries, and none for addresses that no page could have."""
    site = Site.find_for_request(request)
    parts = [unquote(part) for part in request.path.split("/") if part]
    if site is None or not parts or len(request.path) > 200 or not all(WORDS.fullmatch(part) for part in parts):
        return Ways()
    within = reach(getattr(request, "user", AnonymousUser()), site)
    return Ways(_above(within, site, parts), _similar(request, within, parts[-1]))


def _above(within: Reach, site: Site, parts: list[str]) -> Page | None:
    root = site.root_page.url_path
    paths = [f"{root}{'/'.join(parts[:end])}/" for end in range(1, len(parts))]
    found = list(within.pages.filter(url_path__in=paths)) if paths else []
    return max(found, key=lambda page: len(page.url_path), default=None)


def _similar(request: HttpRequest, within: Reach, last: str) -> list[Suggestion]:
    words = re.sub(r"[-_ ]+", "", last)[:LONGEST]  # gong-wen-xie-zuo: titles are also found by their pinyin
    if len(words) < 2 or words.isdecimal():
        return []
    pages = Reach(within.pages, within.materials.none(), within.people.none())
    return suggestions(pages.suggest(words, MOST), "", request)
