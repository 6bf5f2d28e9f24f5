"""Refusals in one form: application/problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


class Invalid(Exception):
    """Some parameters hold what is not possible there; `parameters` names them."""

    def __init__(self, parameters: Iterable[str]) -> None:
        super().__init__()
        self.parameters = sorted(set(parameters))


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """Return the answer for a request that was not served."""
    facts = {"type": "about:blank", "title": title, "status": status, "detail": detail or title, **more}
    return JsonResponse(facts, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False})


def not_found() -> HttpResponse:
    return problem(404, _("Not found"), _("There is nothing at this address that everybody may read."))


def invalid(parameters: Iterable[str]) -> HttpResponse:
    errors = [{"parameter": name, "detail": _("This value is not possible here.")} for name in parameters]
    return problem(422, _("The question is not clear"), _("Please check the parameters that are named."), errors=errors)


def register(api: NinjaAPI) -> None:
    """Let the API answer every refusal, and every fault of ours, in this form."""
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(Invalid, _asked_wrongly)
    api.add_exception_handler(ValidationError, _asked_wrongly)
    api.add_exception_handler(Exception, _failed)


def _missing(request: HttpRequest, refusal: Any) -> HttpResponse:
    return not_found()


def _asked_wrongly(request: HttpRequest, refusal: Any) -> HttpResponse:
    return invalid(refusal.parameters if isinstance(refusal, Invalid) else _names(refusal))


def _names(refusal: ValidationError) -> list[str]:
    """The parameters by the names that the address has: ('query', 'page', 0) means page."""
    words = [[part for part in error["loc"] if isinstance(part, str)] for error in refusal.errors]
    return sorted({one[-1] for one in words if one})


def _failed(request: HttpRequest, fault: Any) -> HttpResponse:
    log.error("The API failed at %s.", request.path, exc_info=fault)
    return problem(500, _("Something went wrong"), _("The fault is ours, not yours. It has been recorded."))
