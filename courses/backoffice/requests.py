"""Requests that wait for the office (待审核报名): the oldest first, decided one by one or many at once."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import visible_rows
from core.errors import Refusal
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.services.admission import Tally, approve_many, decline_many
from courses.services.transitions import REASON_LENGTH
from people.models import User
from people.permissions import units_open_to

AT_ONCE = 100


class RequestFilterSet(django_filters.FilterSet):
    """Narrows the requests by class and unit."""

    run = django_filters.ModelChoiceFilter(
        label=_("class"), queryset=lambda request: _runs(request.user), empty_label=_("All")
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("unit"), queryset=lambda request: units_open_to(request.user), empty_label=_("All")
    )

    class Meta:
        model = Enrolment
        fields = ("run", "unit")


def _requests(user: Any) -> QuerySet[Enrolment]:
    """Requests of people themselves; those of a unit's list are decided with the list."""
    rows = visible_rows(Enrolment, user, ("view",)).filter(status=EnrolmentStatus.REQUESTED, nomination=None)
    return rows.select_related("person", "unit", "run__course").order_by("created_at", "pk")  # type: ignore[no-any-return]


def _runs(user: Any) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(pk__in=_requests(user).order_by().values("run")).select_related("course")


class DecisionForm(forms.Form):
    """Whom, and why not. Whether that is possible is for the service to say."""

    chosen = forms.ModelMultipleChoiceField(
        queryset=Enrolment.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one request.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("Needed to turn people down; they see it."),
    )

    def __init__(self, *args: Any, rows: QuerySet[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].queryset = rows  # type: ignore[attr-defined]


class RequestsView(WagtailAdminTemplateMixin, FormView):
    template_name = "courses/backoffice/requests.html"
    form_class = DecisionForm
    page_title: str | Promise = _("Requests to decide")
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def filters(self) -> RequestFilterSet:
        return RequestFilterSet(self.request.GET, queryset=_requests(self.request.user), request=self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"rows": _requests(self.request.user)}

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        chosen = list(form.cleaned_data["chosen"])
        by = cast("User", self.request.user)
        try:
            if "decline" in self.request.POST:
                tally = decline_many(requests=chosen, by=by, reason=form.cleaned_data["reason"])
            else:
                tally = approve_many(requests=chosen, by=by)
        except Refusal as refusal:
            form.add_error("reason", str(refusal))
            return self.form_invalid(form)
        self._say(tally)
        return HttpResponseRedirect(self.request.get_full_path())

    def _say(self, tally: Tally) -> None:
        if tally.done:
            said = ngettext("%(count)d request is decided.", "%(count)d requests are decided.", len(tally.done))
            messages.success(self.request, said % {"count": len(tally.done)})
        for row, why in tally.refused:
            messages.error(self.request, f"{row}：{why}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = list(self.filters.qs[: AT_ONCE + 1])
        ticked = {str(pk) for pk in context["form"]["chosen"].value() or ()}
        return context | {
            "filters": self.filters,
            "rows": [(row, str(row.pk) in ticked) for row in rows[:AT_ONCE]],
            "more": len(rows) > AT_ONCE,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        listing = {"url": reverse("enrolments:index"), "label": _("Enrolments")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]
