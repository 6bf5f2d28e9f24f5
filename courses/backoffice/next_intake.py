"""Open the next intake (开设下一期): five fields, and the dates that follow from them before anything is stored."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.workdays import Calendar, calendar
from courses.backoffice.base import ConfirmActionView
from courses.backoffice.fields import DayInput, MomentField
from courses.backoffice.run_form import PersonField
from courses.backoffice.run_state import conditions
from courses.errors import IntakeRefused
from courses.models import CourseRun
from courses.selectors.intakes import IntakePlan, clashes, plan_intake, suggest_first_day
from courses.selectors.office import teaching_staff
from courses.services import intakes, runs
from people.models import User

MOST_SEATS = 32767  # what the column of the model holds


class NextIntakeForm(forms.Form):
    """What differs from the last class. `shown_day` and `intake_no` say which dates the person has seen."""

    first_day = forms.DateField(label=_("first day"), widget=DayInput)
    capacity = forms.IntegerField(label=_("seats"), min_value=1, max_value=MOST_SEATS)
    sign_up_opens_at = MomentField(
        label=_("sign-up opens"), required=False,
        help_text=_("Leave it empty to count back from the first day as last time."),
    )  # fmt: skip
    sign_up_closes_at = MomentField(
        label=_("sign-up closes"), required=False,
        help_text=_("Leave it empty to count back from the first day as last time."),
    )  # fmt: skip
    supervisor = PersonField(label=_("class supervisor"), queryset=User.objects.none(), required=False)
    shown_day = forms.DateField(widget=forms.HiddenInput, required=False)
    intake_no = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, run: CourseRun, days: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        self.fields["supervisor"].queryset = teaching_staff(run)  # type: ignore[attr-defined]

    def clean_first_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["first_day"]
        try:
            intakes.check_first_day(day, self.days)
        except IntakeRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens, closes = data.get("sign_up_opens_at"), data.get("sign_up_closes_at")
        if opens and closes and closes <= opens:
            self.add_error("sign_up_closes_at", _("Sign-up must close after it opens."))
        return data


class NextIntakeView(ConfirmActionView):
    """The dates are shown first; they are stored when the person has seen those of the very day that is typed."""

    model = CourseRun
    permission = "courses.add_courserun"
    template_name = "courses/backoffice/next_intake.html"
    form_class = NextIntakeForm
    question = _("Open the next intake")
    done = _("“%(row)s” is planned. Publish it when everything is right.")

    @cached_property
    def days(self) -> Calendar:
        return calendar()

    @cached_property
    def source(self) -> CourseRun:
        return CourseRun.objects.select_related("course", "supervisor").get(pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"run": self.source, "days": self.days}

    def get_initial(self) -> dict[str, Any]:
        supervisor = self.source.supervisor
        return {
            "first_day": suggest_first_day(self.source, timezone.localdate(), self.days),
            "capacity": self.source.capacity,
            "supervisor": supervisor if supervisor and supervisor.is_active else None,
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        data = form.cleaned_data
        if "save" not in self.request.POST or data["shown_day"] != data["first_day"]:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def act(self, form: forms.Form) -> None:
        data = form.cleaned_data
        try:
            self.object = intakes.open_next_intake(
                run=self.source,
                by=self.actor,
                first_day=data["first_day"],
                capacity=data["capacity"],
                opens_at=data["sign_up_opens_at"],
                closes_at=data["sign_up_closes_at"],
                supervisor=data["supervisor"],
                intake_no=data["intake_no"],
            )
        except ValidationError as fault:
            raise Refusal(" ".join(fault.messages)) from fault

    def get_success_url(self) -> str:
        return reverse("runs:inspect", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"conditions": conditions(self.source)}
        day = self._day(context["form"])
        if day is None:
            return context
        plan = _with_typed_window(plan_intake(self.source, day, self.days), context["form"])
        number = runs.next_intake(self.source.course_id, day)
        is_late = plan.closes_at <= timezone.now()
        return context | {"plan": plan, "number": number, "clashes": clashes(plan), "is_late": is_late}

    def _day(self, form: forms.Form) -> datetime.date | None:
        """The day whose dates are shown: the suggested one, then the typed one if a class can begin on it."""
        if not form.is_bound:
            return form.initial["first_day"]  # type: ignore[no-any-return]
        return form.cleaned_data.get("first_day")


def _with_typed_window(plan: IntakePlan, form: forms.Form) -> IntakePlan:
    """What was typed goes before what follows from last time."""
    typed = form.cleaned_data if form.is_bound else {}
    plan.opens_at = typed.get("sign_up_opens_at") or plan.opens_at
    plan.closes_at = typed.get("sign_up_closes_at") or plan.closes_at
    return plan
