"""Who completed a class (结业): everybody on one page, with a suggestion that the office confirms or changes."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import ScopedObjectMixin, visible_rows
from core.errors import Refusal
from courses.backoffice.run_strip import run_context
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.selectors.outcomes import Standing, standings
from courses.services.outcomes import Outcome, settle
from courses.services.transitions import REASON_LENGTH
from people.models import User

SETTLED = (EnrolmentStatus.COMPLETED, EnrolmentStatus.NOT_COMPLETED)


class OutcomeForm(forms.Form):
    """One person: completed, not completed and why, or not decided yet."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("outcome"), required=False,
        choices=[("", gettext_lazy("Not decided")), *((status.value, status.label) for status in SETTLED)],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=REASON_LENGTH)

    def __init__(self, data: Any, *, standing: Standing) -> None:
        self.standing = standing
        row = standing.enrolment
        start = row.status if row.status in SETTLED else standing.suggestion
        super().__init__(data, initial={"outcome": start}, prefix=f"e{row.pk}")
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} {row.person}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        changes = data.get("outcome") != self.standing.enrolment.status
        if changes and data.get("outcome") == EnrolmentStatus.NOT_COMPLETED and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why, so that everybody concerned can be told."))
        return data

    def outcome_typed(self) -> Outcome | None:
        """What is to be stored; None if nothing was decided or it stands so already."""
        typed, row = self.cleaned_data["outcome"], self.standing.enrolment
        if not typed or typed == row.status:
            return None
        return Outcome(row.pk, typed == EnrolmentStatus.COMPLETED, self.cleaned_data["reason"])


class OutcomesView(ScopedObjectMixin, WagtailAdminTemplateMixin, DetailView):
    """For the training office, once the class is over."""

    model = CourseRun
    queryset = CourseRun.objects.select_related("course", "organiser")
    template_name = "courses/backoffice/outcomes.html"
    page_title = gettext_lazy("Outcomes")
    header_icon = "success"
    row_actions = ("view", "change")
    object: CourseRun

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self._forms(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self._forms(request.POST)
        faulty = [form for form in rows if not form.is_valid()]
        if faulty:
            return self._show(rows)
        outcomes = [outcome for form in rows if (outcome := form.outcome_typed())]
        try:
            changed = settle(run=self.object, outcomes=outcomes, by=cast("User", request.user))
        except Refusal as refusal:
            return self._show(rows, str(refusal))
        said = ngettext("%(count)d outcome is stored.", "%(count)d outcomes are stored.", changed)
        messages.success(request, said % {"count": changed})
        return HttpResponseRedirect(reverse("runs:outcomes", args=[self.object.pk]))

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self.object, visible_rows(Enrolment, self.request.user, ("view",)))

    def _forms(self, data: Any) -> list[OutcomeForm]:
        return [OutcomeForm(data, standing=standing) for standing in self.standings]

    def _show(self, rows: list[OutcomeForm], refusal: str = "") -> HttpResponse:
        return self.render_to_response(self.get_context_data(rows=rows, refusal=refusal))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | run_context(self.object, may_change=False) | {"on_board": False}

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("runs:index"), "label": _("Classes")},
            {"url": reverse("runs:inspect", args=[self.object.pk]), "label": self.object.class_no},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
