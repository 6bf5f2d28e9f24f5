"""What the office does with an enrolment: one confirmed step, one service call each. And signing somebody up."""

from __future__ import annotations

from collections.abc import Iterator
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
from courses.backoffice.base import ConfirmActionView, ReasonForm
from courses.backoffice.run_form import person_label
from courses.enums import ENROLMENT_TRANSITIONS, EnrolmentStatus, RunStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.services import enrolment as service
from people.models import User
from people.selectors.people import matching

MATCHES = 30


class EnrolmentActionView(ConfirmActionView):
    """One step of an enrolment; `target` is the status that it leads to."""

    model = Enrolment
    queryset = Enrolment.objects.select_related("person", "run__course")
    permission = MANAGE
    row_actions = ("view",)
    code = ""
    target = EnrolmentStatus.CONFIRMED

    @classmethod
    def url(cls, enrolment: Enrolment) -> str:
        return reverse(f"enrolments:{cls.code}", args=[enrolment.pk])

    def get_success_url(self) -> str:
        return reverse("enrolments:inspect", args=[self.object.pk])


class ApproveView(EnrolmentActionView):
    code = "approve"
    question = _("Admit this person?")
    explanation = _("The person gets a free seat, or a place on the waiting list if there is none.")
    button = _("Admit")
    done = _("%(row)s is admitted.")

    def act(self, form: forms.Form) -> None:
        service.approve(enrolment=self.object, by=self.actor)


class DeclineView(EnrolmentActionView):
    code = "decline"
    target = EnrolmentStatus.DECLINED
    form_class = ReasonForm
    question = _("Turn this person down?")
    explanation = _("The person sees the reason.")
    button = _("Turn down")
    done = _("%(row)s is turned down.")
    is_serious = True

    def act(self, form: forms.Form) -> None:
        service.decline(enrolment=self.object, by=self.actor, reason=form.cleaned_data["reason"])


class WithdrawView(EnrolmentActionView):
    code = "withdraw"
    target = EnrolmentStatus.WITHDRAWN
    form_class = ReasonForm
    question = _("Withdraw this enrolment?")
    explanation = _("A freed seat goes to the first person on the waiting list at once.")
    button = _("Withdraw the enrolment")
    done = _("%(row)s is withdrawn.")
    is_serious = True

    def act(self, form: forms.Form) -> None:
        service.withdraw(enrolment=self.object, by=self.actor, reason=form.cleaned_data["reason"])


ACTION_VIEWS: tuple[type[EnrolmentActionView], ...] = (ApproveView, DeclineView, WithdrawView)


def actions_for(enrolment: Enrolment) -> Iterator[type[EnrolmentActionView]]:
    """The steps that may follow the present status; only requests are admitted by hand."""
    for view in ACTION_VIEWS:
        by_hand = view is not ApproveView or enrolment.status == EnrolmentStatus.REQUESTED
        if by_hand and view.target in ENROLMENT_TRANSITIONS[enrolment.status]:
            yield view


class RunChoice(forms.ModelChoiceField):
    def label_from_instance(self, run: CourseRun) -> str:
        return f"{run.class_no} {run.course.title}（{run.seats_taken}/{run.capacity}）"


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return " ".join(part for part in (person_label(person), person.work_number) if part)


class SignUpForm(forms.Form):
    """Who, and to which class. Whether that is possible is for the service to say."""

    run = RunChoice(label=_("Class"), queryset=CourseRun.objects.none())
    person = PersonChoice(label=_("Person"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, runs: QuerySet[CourseRun], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class SignUpView(WagtailAdminTemplateMixin, FormView):
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
        return super().get_form_kwargs() | {"runs": runs.order_by("class_no"), "people": self._people()}

    def _people(self) -> QuerySet[User]:
        """People who match what was typed; on a POST the choice is checked against everybody in reach."""
        rows: Any = visible_rows(User, self.request.user, ("view",))
        people = rows.filter(is_active=True).with_unit()
        if self.request.method == "POST" and self.request.POST.get("person", "").isdecimal():
            return people.filter(pk=self.request.POST["person"])
        return self._matching(people)

    def _matching(self, people: QuerySet[User]) -> QuerySet[User]:
        if not self.search_text:
            return people.none()
        pks = matching(people, self.search_text).values_list("pk", flat=True)[:MATCHES]
        return people.filter(pk__in=list(pks))

    @property
    def search_text(self) -> str:
        return (self.request.GET.get("q") or self.request.POST.get("q") or "").strip()[:60]

    def get_initial(self) -> dict[str, Any]:
        return {"run": self.request.GET.get("run")}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            made = service.enrol(**form.cleaned_data, by=cast("User", self.request.user))
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
