"""Every address of the site, from the URL resolver, and what it answers to a person."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from wagtail.models import Collection, Page, Task, Workflow

from core.models import Material, Picture, StatuteVersion
from courses.models import (
    ClassSession,
    Correction,
    CoursePage,
    CourseRun,
    Enrolment,
    EvidenceFile,
    LeaveRequest,
    LessonPage,
    RefusedMark,
    RollCall,
)
from home.models import HomePage, NoticePage, SiteDetails
from messaging.models import Delivery, Message
from people.models import ImportBatch, Unit, User
from tests.architecture.world import PUBLIC_ID, World

MISSING_ROW = 999_999


@dataclass(frozen=True)
class Route:
    pattern: str  # the whole pattern, as the resolver spells it: unique
    name: str  # with its namespaces; "" if it has none
    parameters: tuple[str, ...]
    model: type | None  # what the view shows, if it says so


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", "", ()))


def _walk(resolver: URLResolver, prefix: str, namespace: str, parameters: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern, found = prefix + str(entry.pattern), (*parameters, *_parameters(entry))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, pattern, inner, found)
        else:
            name = f"{namespace}{entry.name}" if entry.name else ""
            yield Route(pattern, name, found, _model(entry.callback))


def _parameters(entry: URLPattern | URLResolver) -> tuple[str, ...]:
    if isinstance(entry.pattern, RegexPattern):
        return tuple(entry.pattern.regex.groupindex)
    return tuple(entry.pattern.converters)


def _model(callback: Any) -> type | None:
    given = getattr(callback, "view_initkwargs", {}).get("model")
    return given or getattr(getattr(callback, "view_class", None), "model", None)


# Addresses that `reverse` cannot make: no name, or positional arguments.
FIXED = {
    "admin/test404/": "/admin/test404/",
    "admin/^.*/$": "/admin/no-such-page/",
    r"^documents/(\d+)/(.*)$": "",  # filled in below: it names a material
    r"^((?:[\w\-]+/)*)$": "/courses/",
}
TASK_ROUTES = {"edit_task", "disable_task", "enable_task", "task_chosen"}
ROW_OF_ROUTE: dict[str, type] = {
    "home:confirm": NoticePage,
    "notice_confirmations:answers": NoticePage,
    "notice_confirmations:answer_results": NoticePage,
    "notice_confirmations:print": NoticePage,
    "notice_confirmations:remind": NoticePage,
    "statute_version_chooser:chosen": StatuteVersion,
    "api-v1:course": CoursePage,
    "api-v1:run": CourseRun,
    "courses:run": CourseRun,
    "courses:run_calendar": CourseRun,
    "courses:enrol": CourseRun,
    "courses:withdraw": Enrolment,
    "courses:accept": Enrolment,
    "courses:lesson_progress": LessonPage,
    "courses:lesson_studied": LessonPage,
    "courses:register": ClassSession,
    "courses:mark": ClassSession,
    "courses:screen": ClassSession,
    "courses:roll_call": ClassSession,
    "courses:roll_call_answer": RollCall,
    "courses:leave_ask": ClassSession,
    "courses:leave_withdraw": LeaveRequest,
    "courses:leave_decide": LeaveRequest,
    "courses:evidence": EvidenceFile,
    "courses:screen_now": ClassSession,
    "courses:checked_in": ClassSession,
    "courses:mark_rest": ClassSession,
    "courses:register_news": ClassSession,
    "courses:sheet": ClassSession,
    "courses:grid": ClassSession,
    "courses:scans": ClassSession,
    "courses:session_table": ClassSession,
    "courses:session_xlsx": ClassSession,
    "courses:class_xlsx": ClassSession,
    "courses:decide": ClassSession,
    "courses:close_register": ClassSession,
    "courses:walk_in": ClassSession,
    "courses:mark_history": ClassSession,
    "courses:settle_refused": RefusedMark,
    "courses:decide_correction": Correction,
    "messaging:open": Message,
    "outbox:send_again": Delivery,
    "person_chooser:chosen": User,
    "run_tables:table": CourseRun,
    "run_tables:nominate": CourseRun,
    **{
        f"people_imports:{name}": ImportBatch
        for name in ("batch", "rows", "rows_csv", "choose", "confirm", "cancel", "undo")
    },
    "wagtaildocs_chooser:chosen": Material,
    "wagtailimages_chooser:chosen": Picture,
}
WORDS = {
    "content_type_app_name": "courses", "content_type_model_name": "coursepage",
    "action_name": "publish", "action": "delete", "filter_spec": "width-100", "path": "images/no-such-picture.png",
    "text": "none",
    "uidb64": "MQ", "uidb36": "1", "token": "none", "key": "none", "revision_id_a": "earliest", "revision_id_b": "live",
    "kind": "people",
    "table": "roster",
    "public_id": PUBLIC_ID,
}  # fmt: skip
MODEL_OF_ROUTE = {
    "wagtailsettings:": ("home", "sitedetails"),
    "wagtail_bulk_action": ("people", "user"),
    "wagtailadmin_tag_model_autocomplete": ("taggit", "tag"),
    "wagtailadmin_workflows:add_task": ("wagtailcore", "groupapprovaltask"),
}
ROW_OF_PARAMETER: dict[str, type] = {
    "page_id": CoursePage, "parent_page_id": CoursePage, "page_to_move_id": CoursePage, "page_pk": CoursePage,
    "object_id": CoursePage, "image_id": Picture, "document_id": Material, "doc_id": Material,
    "collection_id": Collection, "workflow_pk": Workflow, "task_id": Task, "run_pk": CourseRun, "unit_pk": Unit,
    "enrolment": Enrolment,
}  # fmt: skip


def address(route: Route, world: World) -> str:
    """Return an address of the route that names rows of `world`."""
    if route.pattern in FIXED:
        return FIXED[route.pattern] or str(world.rows[Material].url)
    return reverse(route.name, kwargs={name: _value(route, name, world) for name in route.parameters})


def _value(route: Route, name: str, world: World) -> Any:
    if name in ("app_label", "model_name", "app_name"):
        return _model_words(route)[name == "model_name"]
    if name in WORDS:
        return WORDS[name]
    if name == "revision_id":
        return world.revision.pk
    if name == "destination_id":
        return HomePage.objects.get().pk
    return _row(route, name, world)


def _model_words(route: Route) -> tuple[str, str]:
    return next(
        (words for start, words in MODEL_OF_ROUTE.items() if route.name.startswith(start)), ("courses", "coursepage")
    )


def _row(route: Route, name: str, world: World) -> int:
    model = ROW_OF_PARAMETER.get(name) or ROW_OF_ROUTE.get(route.name) or route.model
    if route.name.rpartition(":")[2] in TASK_ROUTES:
        model = Task
    if model is Page or (name == "pk" and "pages" in route.name):
        model = CoursePage
    if route.name.startswith("wagtailsettings:"):
        model = SiteDetails
    row = world.rows.get(model) if model else None
    return row.pk if row else MISSING_ROW


# What an address answers


def client_for(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def ask(client: Client, method: str, url: str) -> str:
    """Return what happened in one word; whatever the request changed is rolled back."""
    fresh = Client(raise_request_exception=False)
    fresh.cookies = deepcopy(client.cookies)
    ContentType.objects.clear_cache()
    with transaction.atomic():
        response = fresh.get(url) if method == "GET" else fresh.post(url)
        transaction.set_rollback(True)
    if response.streaming:
        list(response)  # read to its end, a file is closed
    return outcome(response)


def outcome(response: HttpResponseBase) -> str:
    """login · refused · the status code. Wagtail refuses by sending people back to the admin's first page."""
    if response.status_code == 403:
        return "refused"
    if response.status_code in (301, 302):
        target = response.headers["Location"]
        if re.match(r"(/accounts/login/|/admin/login/)", target):
            return "login"
        return "refused" if target == "/admin/" else "302"
    return str(response.status_code)
