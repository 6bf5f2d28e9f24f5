"""My messages: the list, one letter, what comes by mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging.forms import PreferencesForm
from messaging.selectors.inbox import letters
from messaging.selectors.receivers import preferences_of
from messaging.services.inbox import mark_read, save_preferences

PER_PAGE = 20


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page_obj = Paginator(letters(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/inbox.html", {"page_obj": page_obj})


@login_required
@require_safe
def open_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one letter. Whoever has it before him has read it, so that needs no press of its own."""
    letter = get_object_or_404(letters(request.user), pk=pk)
    mark_read(person=request.user, message=letter)  # type: ignore[arg-type]  # login_required
    return render(request, "messaging/letter.html", {"letter": letter})


@login_required
@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    mark_read(person=request.user)  # type: ignore[arg-type]  # login_required
    return redirect("messaging:inbox")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=preferences_of(request.user))
    if form.is_valid():
        save_preferences(person=request.user, **form.choices())  # type: ignore[arg-type]  # login_required
        messages.success(request, _("Saved."))
        return redirect("messaging:settings")
    context = {"form": form, "has_mail": bool(settings.MAIL_URL), "address": request.user.email}  # type: ignore[union-attr]
    return render(request, "messaging/settings.html", context)
