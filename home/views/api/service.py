"""The questions of the API and their answers."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI, Query
from wagtail.models import Site

from courses.enums import RunState
from courses.filters import CatalogueFilter
from courses.presenters.teachers import timetable
from courses.selectors.catalogue import all_professions, card_runs, coming_months
from courses.selectors.runs import runs_of, sessions_of
from home.filters import SearchFilter, words
from home.presenters import api as shapes
from home.presenters.search import results
from home.selectors.api import VISITOR, open_courses, open_lessons, open_runs, professions_of
from home.selectors.search import hits, only, reach
from home.views.api import problems, schemas
from home.views.api.gate import View, public

api = NinjaAPI(
    title="Training courses: what everybody may read",
    version="1",
    description="Reading only, without an account. Refusals come as application/problem+json.",
    urls_namespace="api-v1",
    docs_url=None,  # its pages need scripts of other hosts; ours is /api/
)
problems.register(api)
HIDDEN_STATES = (RunState.PLANNED, RunState.READY)
STATES = [state.value for state in RunState if state not in HIDDEN_STATES]


@api.get("/courses", response=schemas.Courses, summary=_("Courses of the catalogue, with its filters"))
def courses(request: HttpRequest, query: Query[schemas.CourseQuery]) -> Any:
    at = timezone.now()
    narrowed = CatalogueFilter(request.GET, open_courses(at), professions=all_professions(), months=coming_months(at))
    if not narrowed.form.is_valid():
        raise problems.Invalid(narrowed.form.errors)
    page = _page(narrowed.qs, query)
    rows = list(page.object_list)
    runs, professions = card_runs(rows), professions_of(rows)
    facts = [shapes.course_facts(request, one, professions[one.pk], runs.get(one.pk), at) for one in rows]
    return _answer(request, page, facts)


@api.get("/courses/{int:pk}", response=schemas.CourseInFull, summary=_("One course, with its open lessons and classes"))
def course(request: HttpRequest, pk: int) -> Any:
    at = timezone.now()
    page = get_object_or_404(open_courses(at), pk=pk)
    run = card_runs([page]).get(page.pk)
    facts = shapes.course_facts(request, page, professions_of([page])[page.pk], run, at)
    return {
        **facts,
        "objectives": page.objective_list,
        "lessons": [shapes.lesson_facts(request, lesson) for lesson in open_lessons(page)],
        "runs": [shapes.run_facts(request, one, at) for one in runs_of(page, at).current],
    }


@api.get("/runs", response=schemas.Runs, summary=_("Announced classes, the latest first"))
def runs(request: HttpRequest, query: Query[schemas.RunQuery]) -> Any:
    at = timezone.now()
    if not set(query.state) <= set(STATES):
        raise problems.Invalid(["state"])
    page = _page(open_runs(at, query.state, query.course), query)
    return _answer(request, page, [shapes.run_facts(request, run, at) for run in page.object_list])


@api.get("/runs/{int:pk}", response=schemas.RunInFull, summary=_("One class, with its timetable"))
def run(request: HttpRequest, pk: int) -> Any:
    at = timezone.now()
    row = get_object_or_404(open_runs(at), pk=pk)
    return {
        **shapes.run_facts(request, row, at),
        "status_reason": row.status_reason,
        "sessions": [shapes.session_facts(line) for line in timetable(sessions_of(row), VISITOR)],
    }


@api.get("/search", response=schemas.Results, summary=_("Everything on the site that a visitor can find"))
def search(request: HttpRequest, query: Query[schemas.SearchQuery]) -> Any:
    asked = words(request.GET)
    if not asked:
        raise problems.Invalid(["q"])
    within = reach(VISITOR, Site.find_for_request(request))
    found = within.search(asked)
    kept = only(found, SearchFilter(request.GET, hits(found, {}), {}).narrowed)
    page = _page(range(kept.count), query)
    rows = kept.objects(page.start_index() - 1, page.end_index()) if kept.count else []
    shown = results(rows, asked, within, request)
    return _answer(request, page, [shapes.found_facts(request, one) for one in shown])


def _page(rows: Any, query: schemas.Paging) -> Any:
    paginator = Paginator(rows, query.page_size)
    if query.page > paginator.num_pages:
        raise Http404
    return paginator.page(query.page)


def _answer(request: HttpRequest, page: Any, facts: list[shapes.Facts]) -> dict[str, Any]:
    return {
        "count": page.paginator.count,
        "next": _address(request, page.number + 1) if page.has_next() else None,
        "previous": _address(request, page.number - 1) if page.has_previous() else None,
        "results": facts,
    }


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _guarded() -> tuple[list[Any], str, str]:
    patterns, app, namespace = api.urls
    for pattern in patterns:
        pattern.callback = public(cast("View", pattern.callback))
    return patterns, app, namespace


urls = _guarded()
