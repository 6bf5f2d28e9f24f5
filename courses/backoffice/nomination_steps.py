"""What follows a drawn-up list: signed off, handed in, returned, decided. One confirmed step, one service call each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.backoffice.scope import visible_rows
from courses.backoffice.base import ConfirmActionView, ReasonForm
from courses.enums import NOMINATION_TRANSITIONS, EnrolmentStatus, NominationStatus
from courses.models import Enrolment, Nomination
from courses.selectors.board import Clash, Seats, clashes_of, count_seats
from courses.selectors.nominations import Line, lines
from courses.services import nominations as service
from courses.services.nominations import DECIDE, NOMINATE, SIGN, Decision


class NominationStepView(ConfirmActionView):
    """One step; `target` is the status that it leads to."""

    model = Nomination
    queryset = Nomination.objects.select_related("run__course", "unit", "drafted_by")
    row_actions = ("view",)
    code = ""
    target = NominationStatus.SIGNED

    @classmethod
    def may_follow(cls, nomination: Nomination, user: Any) -> bool:
        """Whether the step may follow the present status. Everything else is for the service to say."""
        return cls.target in NOMINATION_TRANSITIONS[nomination.status]

    @classmethod
    def url(cls, nomination: Nomination) -> str:
        return reverse(f"nominations:{cls.code}", args=[nomination.pk])

    def get_success_url(self) -> str:
        return reverse("nominations:inspect", args=[self.object.pk])


class SignView(NominationStepView):
    code = "sign"
    permission = SIGN
    question = _("Sign this list off?")
    explanation = _("Whoever drew the list up cannot sign it off. After that it can be handed in.")
    button = _("Sign off")
    done = _("%(row)s: the list is signed off.")

    @classmethod
    def may_follow(cls, nomination: Nomination, user: Any) -> bool:
        return super().may_follow(nomination, user) and nomination.drafted_by_id != user.pk

    def act(self, form: forms.Form) -> None:
        service.sign(nomination=self.object, by=self.actor)


class SubmitView(NominationStepView):
    code = "submit"
    target = NominationStatus.SUBMITTED
    question = _("Hand this list in?")
    explanation = _("Everybody on it becomes a request that the training office decides. All, or nobody.")
    button = _("Hand in")
    done = _("%(row)s: the list is handed in.")

    @classmethod
    def is_allowed(cls, user: Any) -> bool:
        return bool(user.has_perm(NOMINATE) or user.has_perm(SIGN))

    def act(self, form: forms.Form) -> None:
        service.submit(nomination=self.object, by=self.actor)


class ReturnView(NominationStepView):
    code = "return"
    permission = DECIDE
    target = NominationStatus.RETURNED
    form_class = ReasonForm
    question = _("Return this list to the unit?")
    explanation = _("The unit sees what you write and can change the list. Its requests are withdrawn.")
    button = _("Return the list")
    done = _("%(row)s: the list is returned.")
    is_serious = True

    def act(self, form: forms.Form) -> None:
        service.give_back(nomination=self.object, by=self.actor, comment=form.cleaned_data["reason"])


class DecisionsForm(forms.Form):
    """One choice for each request of the list; who is left open stays undecided."""

    from_reserve = forms.BooleanField(
        label=_("Take the seats from the reserve"), required=False,
        help_text=_("Otherwise they come from the unit's quota or from the open seats."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed for those not admitted; they see it.")
    )
    CHOICES = (
        ("", _("Not decided yet")),
        (Decision.ADMIT.value, _("Admit")),
        (Decision.RESERVE.value, _("On the waiting list")),
        (Decision.REFUSE.value, _("Do not admit")),
    )

    def __init__(self, *args: Any, requests: list[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in requests:
            self.fields[f"decision-{row.pk}"] = forms.ChoiceField(
                label=row.person.name, choices=self.CHOICES, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if len(self.fields) > len(self.base_fields) and not self.decisions():
            raise forms.ValidationError(_("Decide on at least one person."))
        return data

    def decisions(self) -> dict[int, Decision]:
        """What was decided, by enrolment id."""
        typed = {name: value for name, value in self.cleaned_data.items() if name.startswith("decision-") and value}
        return {int(name.removeprefix("decision-")): Decision(value) for name, value in typed.items()}


class DecideView(NominationStepView):
    """Everybody on the list on one screen, with the seats that there are and with whom the class clashes."""

    code = "decide"
    permission = DECIDE
    target = NominationStatus.DECIDED
    template_name = "courses/backoffice/nomination_decide.html"
    form_class = DecisionsForm
    question = _("Decide on this list")
    button = _("Save decisions")
    done = _("%(row)s: the decisions are stored.")

    @cached_property
    def requests(self) -> list[Line]:
        """The lines that wait; people of the viewer's rows alone."""
        visible = set(
            visible_rows(Enrolment, self.request.user, ("view",))
            .filter(nomination=self.object, status=EnrolmentStatus.REQUESTED)
            .values_list("pk", flat=True)
        )
        return [line for line in lines(self.object) if line.enrolment and line.enrolment.pk in visible]

    def get_form_kwargs(self) -> dict[str, Any]:
        requests = []
        for line in self.requests:
            line.enrolment.person = line.entry.person  # type: ignore[union-attr]  # only lines with one are here
            requests.append(line.enrolment)
        return super().get_form_kwargs() | {"requests": requests}

    def act(self, form: forms.Form) -> None:
        data = form.cleaned_data
        service.decide(
            nomination=self.object, decisions=form.decisions(), by=self.actor,  # type: ignore[attr-defined]
            reason=data["reason"], from_reserve=data["from_reserve"],
        )  # fmt: skip

    @property
    def seats(self) -> Seats:
        return count_seats(self.object.run)

    def _clashes(self) -> dict[int, list[Clash]]:
        found: dict[int, list[Clash]] = {}
        people = [line.enrolment for line in self.requests]
        for clash in clashes_of(self.object.run, people):
            found.setdefault(clash.person.pk, []).append(clash)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        clashes, form = self._clashes(), context["form"]
        rows = [
            (line, form[f"decision-{line.enrolment.pk}"], clashes.get(line.entry.person_id, []))  # type: ignore[union-attr]
            for line in self.requests
        ]
        return context | {
            "rows": rows,
            "seats": self.seats,
            "quotas": self.object.run.quotas.filter(unit=self.object.unit_id).select_related("unit", "profession"),
        }


STEP_VIEWS: tuple[type[NominationStepView], ...] = (DecideView, SignView, SubmitView, ReturnView)


def steps_for(nomination: Nomination, user: Any) -> Iterator[type[NominationStepView]]:
    """The steps that may follow and are open to the person, the usual one first."""
    for view in STEP_VIEWS:
        if view.is_allowed(user) and view.may_follow(nomination, user):
            yield view
