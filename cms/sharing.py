"""How a page looks where it is shared: its one address, its title, a sentence and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import Truncator
from wagtail.models import Page

from core.freshness import kept
from courses.models import CourseRun
from courses.selectors.catalogue import COVER_SIZES

OWN_WORDS = ("search_description", "summary", "introduction", "tagline")
LENGTH = 120  # characters of the sentence: more is cut off everywhere
PICTURE = COVER_SIZES[-1]  # the size that course pages show anyway
DEFAULT_PICTURE = "share.png"


@dataclass(frozen=True)
class Card:
    """What stands in the head of a page. Addresses are absolute, as other programs need them."""

    url: str
    title: str
    text: str
    picture: str
    kind: str


def card(request: HttpRequest, context: dict[str, Any]) -> Card | None:
    """Return the card of the page or class that the template shows; None for pages that nobody shares."""
    run, page = context.get("run"), context.get("page")
    if isinstance(run, CourseRun) and run.pk:
        return _card(
            request, reverse("courses:run", args=[run.pk]), run.course, title=f"{run.course.title} {run.intake}"
        )
    if isinstance(page, Page) and page.pk:
        return _card(request, page.get_url(request) or "/", page, course=context.get("course"))
    return None


def _card(request: HttpRequest, path: str, page: Any, *, title: str = "", course: Any = None) -> Card:
    number = request.GET.get("page", "")
    if number.isdecimal() and int(number[:6]) > 1:
        path += f"?page={int(number[:6])}"
    return Card(
        url=request.build_absolute_uri(path),
        title=title or page.seo_title or page.title,
        text=_words(page),
        picture=request.build_absolute_uri(_picture(page, course)),
        kind="website" if page.depth == 2 else "article",
    )


def _words(page: Any) -> str:
    text = next((words for words in (getattr(page, name, "") for name in OWN_WORDS) if words), "")
    return Truncator(" ".join(text.split())).chars(LENGTH)


def _picture(page: Any, course: Any) -> str:
    owner = next((one for one in (page, course) if getattr(one, "cover_id", None)), None)
    if owner is None:
        return static(DEFAULT_PICTURE)
    return kept(f"share-picture:{owner.cover_id}", lambda: str(owner.cover.get_rendition(PICTURE).url))


def trail(request: HttpRequest, crumbs: list[Any], page: Any) -> dict[str, Any]:
    """Return the line that says where the reader is, for search engines (schema.org BreadcrumbList)."""
    places = [(_read(one, "title"), _read(one, "url")) for one in crumbs]
    if isinstance(page, Page) and page.pk:
        places.append((page.title, page.get_url(request)))
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "name": str(title),
                "item": request.build_absolute_uri(url or "/"),
            }
            for number, (title, url) in enumerate(places, start=1)
        ],
    }


def _read(crumb: Any, name: str) -> Any:
    return crumb[name] if isinstance(crumb, dict) else getattr(crumb, name)
