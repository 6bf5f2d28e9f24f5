"""The ways into the API: a page for people, a list for programs, and a refusal for every other address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.freshness import for_everybody
from home.views.api.gate import LIMIT, public
from home.views.api.problems import not_found
from home.views.api.schemas import MOST_PER_PAGE
from home.views.api.service import api

ENTRIES = ("courses", "runs", "search")
DESCRIPTION = "api-v1:openapi-json"


@dataclass(frozen=True)
class Parameter:
    name: str
    text: str
    required: bool


@dataclass(frozen=True)
class Question:
    """One address of the API, as its own description has it."""

    path: str
    text: str
    parameters: list[Parameter]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say in the reader's language what may be asked. The words come from the description of the API itself."""
    context = {
        "questions": _questions(),
        "base": request.build_absolute_uri(reverse("api_v1")),
        "description": request.build_absolute_uri(reverse(DESCRIPTION)),
        "limit": LIMIT.most,
        "most": MOST_PER_PAGE,
    }
    return for_everybody(render(request, "home/api.html", context))


@public
def root(request: HttpRequest) -> HttpResponse:
    """Name the entries, for programs."""
    base = request.build_absolute_uri(reverse("api_v1"))
    entries = {name: f"{base}{name}" for name in ENTRIES}
    return JsonResponse({**entries, "description": request.build_absolute_uri(reverse(DESCRIPTION))})


@public
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    return not_found()


def _questions() -> list[Question]:
    paths = api.get_openapi_schema()["paths"]
    return [Question(path, _(one["get"]["summary"]), _parameters(one["get"])) for path, one in paths.items()]


def _parameters(operation: dict[str, Any]) -> list[Parameter]:
    asked = [one for one in operation["parameters"] if one["in"] == "query"]
    return [Parameter(one["name"], _(one["schema"]["description"]), one["required"]) for one in asked]
