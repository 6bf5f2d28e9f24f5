"""Views of the site's own page types."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.models import Page

from core.pages import serves
from core.privacy import public
from courses.enums import Category
from courses.permissions import readable_pages
from courses.presenters.runs import views_of
from courses.selectors.channels import channels
from courses.selectors.training import next_session
from home.models import HomePage, StandardPage
from home.presenters.front import classes, greeting, next_class
from home.presenters.notices import my_section
from home.selectors.front import my_enrolments, open_runs
from home.selectors.notices import notices

OPEN_SHOWN = 6
MINE_SHOWN = 4
NOTICES_SHOWN = 6


@serves(HomePage)
def home(request: HttpRequest, page: HomePage) -> HttpResponse:
    """What is next for this person, what is open, what is new."""
    at = timezone.now()
    context = {
        "page": page,
        "open_classes": views_of(open_runs(at, request.user)[:OPEN_SHOWN], request.user, at),
        "notices": notices(request.user)[:NOTICES_SHOWN],
        "categories": Category.choices,
        "channels": channels(request.user),
        **_personal(request.user, at),
    }
    return render(request, "home/home_page.html", context)


def _personal(person: Any, at: datetime.datetime) -> dict[str, Any]:
    if not person.is_authenticated:
        return {}
    return {
        "greeting": greeting(person, at),
        "to_do": my_section(person),
        "next_class": next_class(next_session(person, at), at),
        "my_classes": classes(my_enrolments(person, at)[:MINE_SHOWN], at),
    }


@serves(StandardPage)
def standard(request: HttpRequest, page: StandardPage) -> HttpResponse:
    headings = [block for block in page.body if block.block_type == "heading" and block.value["level"] == "2"]
    children = readable_pages(public(page.get_children().live()), request.user) if page.pk else []
    context = {"page": page, "crumbs": _above(page), "headings": headings, "children": children}
    return render(request, "home/standard_page.html", context)


def _above(page: Page) -> list[Page]:
    """The pages between the home page and this one; a page that is only previewed may stand nowhere yet."""
    return list(page.get_ancestors().filter(depth__gt=2)) if page.depth else []
