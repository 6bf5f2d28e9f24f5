"""The public page behind the code on a printed sheet: whether a closed register is still what it was. No names."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.throttle import Limit, address_of
from courses.presenters.verify import verdict
from courses.selectors.registers import seal_by_public_id

BY_ADDRESS = Limit("verify-register", most=120)


@require_safe
def verify_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Computes the session's part of the chain anew at each call. Answers 404 to ids that no seal has."""
    wait = BY_ADDRESS.wait(address_of(request))
    if wait:
        response = HttpResponse(_("Too many requests"), status=429, content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = str(wait)
        return response
    seal = seal_by_public_id(public_id)
    if seal is None:
        raise Http404
    response = render(request, "courses/register/verify.html", {"found": verdict(seal), "now": timezone.now()})
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
