"""What the search says of each thing that it found."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page

from core.models import Material
from core.search import documents
from core.search.excerpts import excerpt, highlight
from home.enums import Kind
from home.selectors.search import KINDS, Reach, day_of, trails
from people.models import User

LENGTH = 110  # characters of an excerpt
MARK = "<mark>"


@dataclass(frozen=True)
class Result:
    """One line of the results: what it is called, what it is, where it stands, and the words in their place."""

    title: SafeString
    url: str
    kind: Kind
    text: SafeString
    trail: list[str]
    day: datetime.date | None


@dataclass(frozen=True)
class Suggestion:
    """One line below the search box."""

    title: SafeString
    url: str
    kind: Kind


@dataclass(frozen=True)
class Promotion:
    """What editors recommend; an address of another site is shown beside its name."""

    title: str
    url: str
    text: str
    elsewhere: str


def results(objects: Iterable[Any], query: str, within: Reach, request: HttpRequest) -> list[Result]:
    """Present what `Reach.search` brought, with a constant number of queries."""
    rows = list(objects)
    stands = trails(rows, within)
    return [
        Result(
            highlight(str(row), query),
            _url(row, request),
            kind_of(row),
            _text(row, query),
            stands.get(row, []),
            _day(row),
        )
        for row in rows
    ]


def suggestions(objects: Iterable[Any], query: str, request: HttpRequest) -> list[Suggestion]:
    return [Suggestion(highlight(str(row), query), _url(row, request), kind_of(row)) for row in objects]


def promotions(rows: Iterable[SearchPromotion], request: HttpRequest) -> list[Promotion]:
    """Present promoted results; the page or the other site stands with the words that the editor gave."""
    return [
        Promotion(row.title or row.external_link_url, _url(row.page, request), row.description, "")
        if row.page
        else Promotion(
            row.title or row.external_link_url, row.external_link_url, row.description, row.external_link_url
        )
        for row in rows
    ]


def kind_of(row: Any) -> Kind:
    model = row.specific_class if isinstance(row, Page) else type(row)
    return KINDS.get(model, Kind.PAGE)


def _url(row: Any, request: HttpRequest) -> str:
    if isinstance(row, Page):
        return row.get_url(request) or ""
    if isinstance(row, User):
        return reverse("wagtailusers_users:inspect", args=[row.pk])
    return str(row.url)


def _text(row: Any, query: str) -> SafeString:
    """The words in their place; if only the title has them, what the thing says of itself."""
    if isinstance(row, User):
        return highlight(" · ".join(str(part) for part in (row.unit, row.title) if part), query)
    found = excerpt(documents.read(row).body, query, LENGTH)
    if MARK in found:
        return found
    return excerpt(next((own for own in (getattr(row, name, "") for name in OWN_WORDS) if own), ""), query, LENGTH)


OWN_WORDS = ("summary", "introduction", "search_description", "tagline")
DAYS: dict[type, Callable[[Any], datetime.date | None]] = {
    Material: lambda row: day_of(row.created_at),
    User: lambda row: None,
}


def _day(row: Any) -> datetime.date | None:
    own = getattr(row, "published_on", None)
    return own or DAYS.get(type(row), lambda page: day_of(page.first_published_at))(row)
