"""Notices: the list, one notice, confirming that it was read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from core.errors import Refusal
from core.pages import serves
from courses.permissions import readable_pages
from courses.selectors.lessons import path_to
from home.forms import SeenRoundForm
from home.models import NoticeIndexPage, NoticePage
from home.presenters.notices import confirmation, narrowed
from home.selectors.notices import notices
from home.services.confirmations import confirm_read

PER_PAGE = 20
ANCHOR = "#confirm"


@serves(NoticeIndexPage)
def notice_index(request: HttpRequest, page: NoticeIndexPage) -> HttpResponse:
    shown = narrowed(notices(request.user), request.GET.get("kind", ""), request.GET.get("year", ""))
    page_obj = Paginator(shown.found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/notice_index_page.html", {"page": page, "list": shown, "page_obj": page_obj})


@serves(NoticePage)
def notice(request: HttpRequest, page: NoticePage) -> HttpResponse:
    context = {
        "page": page,
        "crumbs": path_to(page) if page.depth else [],
        "attachments": page.attachments.select_related("material") if page.pk else page.attachments.all(),
        "professions": page.professions.all(),
        "confirmation": confirmation(page, request.user),
    }
    return render(request, "home/notice_page.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the notice and go back to it; a second press changes nothing."""
    page: Page = get_object_or_404(readable_pages(NoticePage.objects.live(), request.user), pk=pk)
    address = page.get_url(request) or "/"
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    try:
        confirm_read(notice=page, person=request.user, seen_round=SeenRoundForm(request.POST).round_or_none())
        messages.success(request, _("Thank you. Your confirmation has been recorded."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(address + ANCHOR)
