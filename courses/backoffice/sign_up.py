"""Signing somebody up (直接录取): the office finds a person and names the class."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import visible_rows
from core.errors import Refusal
from courses.backoffice.enrolment_actions import RunChoice
from courses.backoffice.finding import FindsPeople, PersonChoice
from courses.enums import RunStatus
from courses.models import CourseRun
from courses.permissions import MANAGE
from courses.services.admission import admit
from people.models import User


class SignUpForm(forms.Form):
    """Who, and to which class. Whether that is possible is for the service to say."""

    run = RunChoice(label=_("Class"), queryset=CourseRun.objects.none())
    person = PersonChoice(label=_("Person"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None)
    from_reserve = forms.BooleanField(
        label=_("Take a seat of the reserve"), required=False,
        help_text=_("Otherwise the seat comes from the unit's quota or from the open seats."),
    )  # fmt: skip

    def __init__(self, *args: Any, runs: QuerySet[CourseRun], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class SignUpView(FindsPeople, WagtailAdminTemplateMixin, FormView):
    """Find a person by name, pinyin or work number, then sign the person up: works without scripts."""

    template_name = "courses/backoffice/sign_up.html"
    form_class = SignUpForm
    page_title: str | Promise = _("Sign somebody up")
    header_icon = "user"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        runs = visible_rows(CourseRun, self.request.user).filter(status=RunStatus.PUBLISHED).select_related("course")
        return super().get_form_kwargs() | {"runs": runs.order_by("class_no"), "people": self.found(self._people())}

    def _people(self) -> QuerySet[User]:
        rows: Any = visible_rows(User, self.request.user, ("view",))
        return rows.filter(is_active=True).with_unit()  # type: ignore[no-any-return]

    def get_initial(self) -> dict[str, Any]:
        return {"run": self.request.GET.get("run")}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            made = admit(**form.cleaned_data, by=cast("User", self.request.user))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("%(row)s: %(status)s.") % {"row": made, "status": made.get_status_display()})
        return HttpResponseRedirect(reverse("enrolments:inspect", args=[made.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"q": self.search_text}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        listing = {"url": reverse("enrolments:index"), "label": _("Enrolments")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]
