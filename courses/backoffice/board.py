"""Seats and queue of one class (名额与候补): where every seat is, who waits, and what needs a look."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from core.backoffice.scope import ScopedObjectMixin, visible_rows
from core.errors import Refusal
from courses.backoffice.quota_form import QuotaFormSet, ReserveForm
from courses.backoffice.run_strip import run_context
from courses.models import CourseRun, Enrolment, RunQuota
from courses.permissions import MANAGE
from courses.selectors.board import Board, board
from courses.services.quotas import set_quotas
from courses.services.runs import FROZEN
from people.models import User
from people.permissions import managed_unit_ids, see_all_units


class RunBoardView(ScopedObjectMixin, WagtailAdminTemplateMixin, DetailView):
    """Everybody who may see the class looks; who may change it sets the quotas. People are those of one's own units."""

    model = CourseRun
    queryset = CourseRun.objects.select_related("course", "organiser")
    template_name = "courses/backoffice/board.html"
    page_title = gettext_lazy("Seats and queue")
    header_icon = "group"
    row_actions = ("view", "change")
    object: CourseRun

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        return self._show(*self._forms())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if not self.may_change:
            raise PermissionDenied
        rows, reserve = self._forms(request.POST)
        if not rows.is_valid() or not reserve.is_valid():
            return self._show(rows, reserve)
        return self._save(rows, reserve)

    def _save(self, rows: Any, reserve: ReserveForm) -> HttpResponseBase:
        try:
            set_quotas(
                run=self.object, shares=rows.shares(), reserve=reserve.cleaned_data["reserve"],
                by=cast("User", self.request.user),
            )  # fmt: skip
        except Refusal as refusal:
            return self._show(rows, reserve, str(refusal))
        messages.success(self.request, _("The quotas are saved."))
        return HttpResponseRedirect(f"{reverse('runs:board', args=[self.object.pk])}#quotas")

    def _forms(self, data: Any = None) -> tuple[Any, ReserveForm]:
        return QuotaFormSet(data, quotas=self.board.quotas, prefix="quotas"), ReserveForm.of(self.object, data)

    def _show(self, rows: Any, reserve: ReserveForm, refusal: str = "") -> HttpResponse:
        return self.render_to_response(self.get_context_data(rows=rows, reserve=reserve, refusal=refusal))

    @cached_property
    def may_change(self) -> bool:
        policy = policy_registry.get_by_type(CourseRun)
        is_open = policy.user_has_permission_for_instance(self.request.user, "change", self.object)
        return bool(is_open) and self.object.status not in FROZEN

    @cached_property
    def board(self) -> Board:
        people = visible_rows(Enrolment, self.request.user, ("view",))
        return board(self.object, people, self.wanted)

    @property
    def wanted(self) -> int | None:
        """The number of seats that the office thinks of."""
        typed = self.request.GET.get("seats", "")
        return int(typed) if typed.isdecimal() and len(typed) <= 5 else None

    def shown_quotas(self) -> list[RunQuota]:
        """Who may not change them sees those of the own units."""
        user = self.request.user
        if see_all_units(user):
            return self.board.quotas
        return [row for row in self.board.quotas if row.unit_id in managed_unit_ids(user)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {
            "board": self.board,
            "wanted": self.wanted,
            "may_change": self.may_change,
            "may_act": self.request.user.has_perm(MANAGE),
            "quotas": self.shown_quotas(),
            "on_board": True,
        }
        return super().get_context_data(**kwargs) | run_context(self.object, self.may_change) | extra

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("runs:index"), "label": _("Classes")},
            {"url": reverse("runs:inspect", args=[self.object.pk]), "label": self.object.class_no},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
