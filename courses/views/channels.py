"""The landing page of a channel: what a profession finds here."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.pages import serves
from courses.models import ChannelPage
from courses.presenters.catalogue import cards
from courses.presenters.runs import views_of
from courses.presenters.sections import Place, sections
from courses.selectors.catalogue import with_covers
from courses.selectors.channels import courses_of, next_session_of, open_runs_of
from courses.selectors.lessons import path_to

PER_PAGE = 12
OPEN_SHOWN = 4


@serves(ChannelPage)
def channel(request: HttpRequest, page: ChannelPage) -> HttpResponse:
    at, person = timezone.now(), request.user
    professions = list(page.professions.all())
    courses = courses_of(page, professions, at, person)
    page_obj = Paginator(with_covers(courses), PER_PAGE).get_page(request.GET.get("page"))
    facts = {"person": person, "channel": page, "professions": professions, "at": at}
    known = person.is_authenticated
    context = {
        "page": page,
        "crumbs": path_to(page) if page.depth else [],
        "professions": professions,
        "open_classes": views_of(open_runs_of(courses, at)[:OPEN_SHOWN], person, at),
        "page_obj": page_obj,
        "cards": cards(page_obj.object_list, person, at),
        "next_session": next_session_of(courses, person, at) if known else None,
        "reader_sections": sections(Place.CHANNEL_READER, **facts) if known else [],
        "sections": sections(Place.CHANNEL, **facts),
        "now": at,
    }
    return render(request, "courses/channel_page.html", context)
