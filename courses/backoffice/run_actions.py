"""What the office decides about a class: one confirmed step, one service call each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.backoffice.base import ConfirmActionView, ReasonForm
from courses.enums import RunStatus
from courses.models import CourseRun
from courses.services import runs


@dataclass(frozen=True)
class RunAction:
    """One step. `target` is the status that it leads to; which step may follow which is the service's table."""

    code: str
    target: RunStatus
    service: Callable[..., CourseRun]
    label: str | Promise
    question: str | Promise
    done: str | Promise
    icon: str
    explanation: str | Promise = ""
    needs_reason: bool = False
    is_serious: bool = False

    def url(self, run: CourseRun) -> str:
        return reverse(f"runs:{self.code}", args=[run.pk])


RUN_ACTIONS = (
    RunAction(
        "ready", RunStatus.READY, runs.mark_ready, _("Mark as ready"), _("Mark this class as ready to publish?"),
        _("“%(row)s” is ready to publish."), "check",
    ),
    RunAction(
        "publish", RunStatus.PUBLISHED, runs.publish, _("Publish"), _("Publish this class?"),
        _("“%(row)s” is published."), "view",
        explanation=_("It appears in the catalogue, and people can sign up once the sign-up window opens."),
    ),
    RunAction(
        "conclude", RunStatus.CONCLUDED, runs.conclude, _("Conclude"), _("Conclude this class?"),
        _("“%(row)s” is concluded."), "success",
        explanation=_("The class is over. Registers can still be completed."),
    ),
    RunAction(
        "archive", RunStatus.ARCHIVED, runs.archive, _("Archive"), _("Archive this class?"),
        _("“%(row)s” is archived."), "folder",
        explanation=_("Nothing of the class can be changed afterwards."),
    ),
    RunAction(
        "postpone", RunStatus.POSTPONED, runs.postpone, _("Postpone"), _("Postpone this class?"),
        _("“%(row)s” is postponed."), "time",
        explanation=_("People stay signed up. Everybody sees the reason."), needs_reason=True,
    ),
    RunAction(
        "cancel", RunStatus.CANCELLED, runs.cancel, _("Cancel the class"), _("Cancel this class for good?"),
        _("“%(row)s” is cancelled."), "cross",
        explanation=_("This cannot be undone. Everybody sees the reason."), needs_reason=True, is_serious=True,
    ),
)  # fmt: skip


def actions_for(run: CourseRun) -> Iterator[RunAction]:
    """The steps that may follow the present status, in the order in which they are usually taken."""
    for action in RUN_ACTIONS:
        if action.target in runs.RUN_TRANSITIONS[run.status]:
            yield action


class RunActionView(ConfirmActionView):
    model = CourseRun
    permission = "courses.change_courserun"
    row_actions = ("change",)
    action: RunAction = RUN_ACTIONS[0]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form_class = ReasonForm if self.action.needs_reason else forms.Form
        self.question, self.explanation, self.done = self.action.question, self.action.explanation, self.action.done
        self.button, self.is_serious = self.action.label, self.action.is_serious

    def act(self, form: forms.Form) -> None:
        reason = {"reason": form.cleaned_data["reason"]} if self.action.needs_reason else {}
        self.action.service(run=self.object, by=self.actor, **reason)

    def get_success_url(self) -> str:
        return reverse("runs:inspect", args=[self.object.pk])


def run_action_urls() -> list[Any]:
    return [
        path(f"{action.code}/<int:pk>/", RunActionView.as_view(action=action), name=action.code)
        for action in RUN_ACTIONS
    ]
