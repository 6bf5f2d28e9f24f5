"""What is done with an enrolment: one confirmed step, one service call each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.backoffice.scope import visible_rows
from courses.backoffice.base import ConfirmActionView, ReasonForm
from courses.backoffice.finding import FindsPeople, PersonChoice
from courses.enums import ENROLMENT_TRANSITIONS, EnrolmentStatus, RunStatus
from courses.models import CourseRun, Enrolment
from courses.permissions import MANAGE
from courses.services import enrolment as service
from courses.services import moves
from courses.services.nominations import NOMINATE
from people.models import User


class EnrolmentActionView(ConfirmActionView):
    """One step of an enrolment; `target` is the status that it leads to."""

    model = Enrolment
    queryset = Enrolment.objects.select_related("person", "run__course")
    permission = MANAGE
    row_actions = ("view",)
    code = ""
    target = EnrolmentStatus.CONFIRMED

    @classmethod
    def may_follow(cls, enrolment: Enrolment) -> bool:
        """Whether the step may follow the present status. Everything else is for the service to say."""
        return cls.target in ENROLMENT_TRANSITIONS[enrolment.status]

    @classmethod
    def url(cls, enrolment: Enrolment) -> str:
        return reverse(f"enrolments:{cls.code}", args=[enrolment.pk])

    def get_success_url(self) -> str:
        return reverse("enrolments:inspect", args=[self.object.pk])


class ApproveForm(forms.Form):
    """Where the seat is to come from, if the class has a reserve."""

    from_reserve = forms.BooleanField(
        label=_("Take a seat of the reserve"), required=False,
        help_text=_("Otherwise the seat comes from the unit's quota or from the open seats."),
    )  # fmt: skip


class ApproveView(EnrolmentActionView):
    code = "approve"
    question = _("Admit this person?")
    explanation = _("The person gets a free seat, or a place on the waiting list if there is none.")
    button = _("Admit")
    done = _("%(row)s is admitted.")

    @classmethod
    def may_follow(cls, enrolment: Enrolment) -> bool:
        """Only requests are admitted by hand; the queue moves by itself."""
        return enrolment.status == EnrolmentStatus.REQUESTED

    def get_form_class(self) -> type[forms.Form]:
        return ApproveForm if self.object.run.reserve else forms.Form

    def act(self, form: forms.Form) -> None:
        from_reserve = form.cleaned_data.get("from_reserve", False)
        service.approve(enrolment=self.object, by=self.actor, from_reserve=from_reserve)


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


class RunChoice(forms.ModelChoiceField):
    def label_from_instance(self, run: CourseRun) -> str:
        return f"{run.class_no} {run.course.title}（{run.seats_taken}/{run.capacity}）"


class MoveForm(ReasonForm):
    """To which class of the same course, and why."""

    to = RunChoice(label=_("To which class"), queryset=CourseRun.objects.none(), widget=forms.RadioSelect)
    field_order = ("to", "reason")

    def __init__(self, *args: Any, runs: QuerySet[CourseRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = runs  # type: ignore[attr-defined]
        self.fields["to"].empty_label = None  # type: ignore[attr-defined]
        if not runs.exists():
            self.fields["to"].help_text = _("No other class of this course is open to move to.")


class MoveView(EnrolmentActionView):
    """To another class of the course; the office alone."""

    code = "move"
    form_class = MoveForm
    question = _("Move this person to another class?")
    explanation = _("The person leaves this class and gets a seat, or a place on the waiting list, in the other one.")
    button = _("Move")
    done = _("%(row)s: moved to another class.")

    @classmethod
    def may_follow(cls, enrolment: Enrolment) -> bool:
        return enrolment.status in moves.MOVABLE

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"runs": self.other_runs()}

    def other_runs(self) -> QuerySet[CourseRun]:
        """Published classes of the same course that are not over."""
        rows = visible_rows(CourseRun, self.request.user).filter(status=RunStatus.PUBLISHED, ends_at__gt=timezone.now())
        same = rows.filter(course=self.object.run.course_id).exclude(pk=self.object.run_id)
        return same.select_related("course").order_by("starts_at", "pk")  # type: ignore[no-any-return]

    def act(self, form: forms.Form) -> None:
        data = form.cleaned_data
        self.object = moves.move(enrolment=self.object, to=data["to"], by=self.actor, reason=data["reason"])


class ReplaceForm(ReasonForm):
    """Which colleague, and why."""

    person = PersonChoice(
        label=_("Colleague"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    field_order = ("person", "reason")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReplaceView(FindsPeople, EnrolmentActionView):
    """A colleague of the same unit takes the seat; for the office and for the clerk of the unit."""

    code = "replace"
    template_name = "courses/backoffice/replace.html"
    form_class = ReplaceForm
    shows_everybody = True
    question = _("Let a colleague take this seat?")
    explanation = _("One for one, within the unit and until the class begins. The queue does not move.")
    button = _("Replace")
    done = _("%(row)s has the seat now.")

    @classmethod
    def is_allowed(cls, user: Any) -> bool:
        return bool(user.has_perm(MANAGE) or user.has_perm(NOMINATE))

    @classmethod
    def may_follow(cls, enrolment: Enrolment) -> bool:
        return enrolment.status == EnrolmentStatus.CONFIRMED

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": self.found(self._colleagues())}

    def _colleagues(self) -> QuerySet[User]:
        """Active people of the same unit whom the viewer may see."""
        rows: Any = visible_rows(User, self.request.user, ("view",))
        unit = {self.object.unit_id} - {None}
        return rows.filter(is_active=True).in_units(unit).exclude(pk=self.object.person_id).with_unit()  # type: ignore[no-any-return]

    def act(self, form: forms.Form) -> None:
        data = form.cleaned_data
        self.object = moves.substitute(
            enrolment=self.object, person=data["person"], by=self.actor, reason=data["reason"]
        )


ACTION_VIEWS: tuple[type[EnrolmentActionView], ...] = (ApproveView, DeclineView, MoveView, ReplaceView, WithdrawView)


def actions_for(enrolment: Enrolment, user: Any) -> Iterator[type[EnrolmentActionView]]:
    """The steps that may follow the present status and are open to the person."""
    for view in ACTION_VIEWS:
        if view.is_allowed(user) and view.may_follow(enrolment):
            yield view
