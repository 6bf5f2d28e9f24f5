"""What belongs to no app: display settings, the page for lost readers, the two questions of a load balancer."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.display import CHOICES, chosen, remember
from cms.wayfinding import ways

TEXT = "text/plain; charset=utf-8"


@csrf_exempt  # pages that all visitors share cannot carry a token, and nothing but the look is set
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Show the display settings; a POST keeps what it names and goes back to where the reader was."""
    if request.method == "POST":
        return _save_display(request)
    current = {name: chosen(request, name) for name in CHOICES}
    return render(request, "cms/display.html", {"current": current, "next": _way_back(request, request.GET)})


def _save_display(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = HttpResponseRedirect(_way_back(request, request.POST))
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    remember(response, request.POST, secure=request.is_secure())
    return response


def _way_back(request: HttpRequest, data: dict[str, str]) -> str:
    target = data.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here, and where the reader may have wanted to go."""
    return render(request, "404.html", {"ways": ways(request)}, status=404)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type=TEXT)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database: 200, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type=TEXT)
    return HttpResponse("ok\n", content_type=TEXT)
