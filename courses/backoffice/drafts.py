"""What others write stays with them until it is published: the doors of Wagtail's admin that it leaves open.

The explorer, the admin's search, its API and most reports ask the permission policy. The page chooser, the titles of
drafts of published pages and the report of page types do not.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView, page_models_from_string
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from core.privacy import public
from core.viewer import viewer
from people.permissions import readable

_browse, _chosen, _title = BrowseView.get, ChosenMultipleView.get, Page.get_admin_display_title


def open_pages(pages: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Narrow pages to those of the person's own part of the tree, and the published ones that he may read."""
    own = page_permission_policy.instances_user_has_any_permission_for(user, ["add", "change", "publish"])
    read = readable(public(Page.objects.live()), user)
    return pages.filter(Q(pk__in=own.values("pk")) | Q(pk__in=read.values("pk")) | Q(depth=1))


def choosable(pages: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Hook on the page chooser."""
    return open_pages(pages, request.user)


def explorable(parent_page: Any, pages: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Hook on the explorer: it filters the children by itself, but shows any parent between the person's channels."""
    allowed = page_permission_policy.explorable_instances(request.user).filter(pk=parent_page.pk)
    if not allowed.exists():
        raise PermissionDenied
    return pages


def guard() -> None:
    """Close the doors for which Wagtail has neither a hook nor a setting."""
    BrowseView.get = _browse_open_pages
    ChosenMultipleView.get = _chosen_open_pages
    Page.get_admin_display_title = _title_for_viewer
    PageTypesUsageReportView.any_permission_required = ["publish"]  # it names the page edited last, whosoever it is


def _browse_open_pages(self: Any, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponseBase:
    if parent_page_id is None:
        parent_page_id = _where_to_begin(request)
    elif not open_pages(Page.objects.filter(pk=parent_page_id), request.user).exists():
        raise Http404
    return _browse(self, request, parent_page_id)  # type: ignore[no-any-return]  # Wagtail ships no types


def _where_to_begin(request: HttpRequest) -> int | None:
    """The page above all that can be chosen; Wagtail takes the one above all there are."""
    try:
        kinds = page_models_from_string(request.GET.get("page_type") or "wagtailcore.page")
    except (ValueError, LookupError):
        return None  # for Wagtail to refuse
    above = open_pages(Page.objects.type(*kinds), request.user).first_common_ancestor()  # type: ignore[attr-defined]
    return above.pk if kinds != (Page,) else None


def _chosen_open_pages(self: Any, request: HttpRequest) -> HttpResponseBase:
    asked = {pk for pk in request.GET.getlist("id") if pk.isdigit()}
    if open_pages(Page.objects.filter(pk__in=asked), request.user).count() < len(asked):
        raise Http404
    return _chosen(self, request)  # type: ignore[no-any-return]  # Wagtail ships no types


def _title_for_viewer(self: Any) -> str:
    """The title as published, for those in the admin who may not edit the page; others see the draft's."""
    person = viewer()
    if self.draft_title == self.title or person is None or self.permissions_for_user(person).can_edit():
        return _title(self)  # type: ignore[no-any-return]  # Wagtail ships no types
    return str(self.title)
