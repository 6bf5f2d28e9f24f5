"""Views of the course page types."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core.pages import serves
from courses.filters import CatalogueFilter
from courses.models import CourseIndexPage, CoursePage, LessonPage
from courses.permissions import Barrier, is_course_insider, lesson_barrier, readable_pages
from courses.presenters.catalogue import cards
from courses.presenters.lessons import contents_of, rows_of
from courses.presenters.runs import views_of
from courses.presenters.study import LessonStudy, course_study, lesson_study
from courses.presenters.teachers import teachers_with_profile
from courses.selectors.catalogue import all_professions, catalogue, coming_months, with_covers
from courses.selectors.channels import channels
from courses.selectors.lessons import lessons_of, path_to, place_of
from courses.selectors.progress import progress_in
from courses.selectors.runs import runs_of, trainers_of

PER_PAGE = 12
ALWAYS_OPEN = 3  # groups of filters above the fold: classes, seats, channel


@serves(CourseIndexPage)
def course_index(request: HttpRequest, page: CourseIndexPage) -> HttpResponse:
    """The catalogue; htmx asks for the results alone."""
    at = timezone.now()
    open_courses = readable_pages(catalogue(at), request.user)
    narrowed = CatalogueFilter(request.GET, open_courses, professions=all_professions(), months=coming_months(at))
    facets = narrowed.facets()
    more_used = any(facet.is_used for facet in facets[ALWAYS_OPEN:])
    context = {"page": page, "filter": narrowed, "facets": facets, "more_used": more_used}
    context |= _results(request, narrowed, at)
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django-htmx
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    if not is_part:
        context["channels"] = channels(request.user)
    template = "courses/catalogue/update.html" if is_part else "courses/course_index_page.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    if is_part:
        query = narrowed.query()
        response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
    return response


def _results(request: HttpRequest, narrowed: CatalogueFilter, at: datetime.datetime) -> dict[str, Any]:
    paginator = Paginator(with_covers(narrowed.qs), PER_PAGE)
    asked = request.GET.get("page", "")
    shown = paginator.get_page(asked)
    return {
        "paging": shown,
        "page_missing": bool(asked) and asked != str(shown.number),
        "page_range": paginator.get_elided_page_range(shown.number, on_each_side=1, on_ends=1),
        "cards": cards(shown.object_list, request.user, at),
    }


@serves(CoursePage)
def course(request: HttpRequest, page: CoursePage) -> HttpResponse:
    at = timezone.now()
    runs = runs_of(page, at)
    is_insider = is_course_insider(request.user, page)
    lessons = lessons_of(page)
    rows = rows_of(lessons, request.user, is_insider=is_insider, progress=progress_in(lessons, request.user))
    trainer_ids = sorted(trainers_of(runs.current))
    context = {
        "page": page,
        "crumbs": path_to(page),
        "lessons": rows,
        "study": course_study(rows, request.user),
        "current": views_of(runs.current, request.user, at),
        "past": views_of(runs.past, request.user, at),
        "professions": page.professions.all(),
        "teachers": partial(teachers_with_profile, trainer_ids),
        "trainer_ids": trainer_ids,
    }
    return render(request, "courses/course_page.html", context)


@serves(LessonPage)
def lesson(request: HttpRequest, page: LessonPage) -> HttpResponse:
    """The reading view. An editor's preview shows the text; everybody else passes the barrier first."""
    course_page = page.course
    barrier = Barrier.NONE
    is_preview = getattr(request, "is_preview", False)
    if not is_preview:
        is_insider = is_course_insider(request.user, course_page)
        barrier = lesson_barrier(request.user, page, is_insider=is_insider)
    if barrier == Barrier.SIGN_IN:
        return redirect_to_login(request.get_full_path())
    if barrier == Barrier.ENROL:
        return _enrol_first(request, page, course_page)
    place = place_of(page, course_page)
    context = {
        "page": page,
        "crumbs": path_to(page),
        "course": course_page,
        "place": place,
        "contents": contents_of(page),
        "study": None if is_preview else _study(request, page, place.lessons),
    }
    return render(request, "courses/lesson_page.html", context)


def _study(request: HttpRequest, page: LessonPage, lessons: list[LessonPage]) -> LessonStudy | None:
    return lesson_study(page, progress_in(lessons, request.user), request.user, timezone.now())


def _enrol_first(request: HttpRequest, page: LessonPage, course_page: CoursePage) -> HttpResponse:
    """Say kindly that the lesson is for participants, and where to sign up. Nothing of the text is sent."""
    at = timezone.now()
    context = {
        "page": page,
        "crumbs": path_to(page),
        "course": course_page,
        "current": views_of(runs_of(course_page, at).current, request.user, at),
    }
    return render(request, "courses/lesson_closed.html", context, status=403)
