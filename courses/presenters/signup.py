"""The sign-up button: one text for catalogue, course page, class page and home page.

The label says what pressing it does, or why nothing can be pressed; the hint says what follows or what to do instead.
The rules themselves stand in `services.rules`: this module only words the verdict.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.enums import ENROLMENT_TRANSITIONS, EnrolmentStatus, RunState
from courses.models import CourseRun, Enrolment
from courses.presenters import dates
from courses.services.enrolment import Verdict


class Action(StrEnum):
    ENROL = "enrol"
    SEE = "see"
    SIGN_IN = "sign_in"
    NONE = ""


@dataclass(frozen=True)
class Offer:
    """What the button says and does. `tone` is primary, success, warning or muted."""

    label: str
    hint: str = ""
    action: Action = Action.NONE
    tone: str = "muted"
    code: str = ""

    @property
    def enabled(self) -> bool:
        return self.action != Action.NONE


# What the calendar alone says to somebody who is not signed in, in the codes of `services.rules`.
CODE_OF_STATE = {
    RunState.COMING: "not_open_yet",
    RunState.AWAITING: "closed",
    RunState.RUNNING: "begun",
    RunState.ASSESSING: "begun",
    RunState.CONCLUDED: "finished",
    RunState.ARCHIVED: "finished",
    RunState.POSTPONED: "postponed",
    RunState.CANCELLED: "cancelled",
    RunState.PLANNED: "not_published",
    RunState.READY: "not_published",
}
LABELS: dict[str, str | Promise] = {
    "account_inactive": gettext_lazy("Account switched off"),
    "not_published": gettext_lazy("Not open yet"),
    "not_open_yet": gettext_lazy("Not open yet"),
    "closed": gettext_lazy("Sign-up has closed"),
    "begun": gettext_lazy("The class has begun"),
    "finished": gettext_lazy("The class is over"),
    "postponed": gettext_lazy("Postponed"),
    "cancelled": gettext_lazy("Cancelled"),
    "wrong_profession": gettext_lazy("Not for your profession"),
    "wrong_unit": gettext_lazy("Not for your unit"),
    "nomination_only": gettext_lazy("Units nominate"),
    "prerequisite": gettext_lazy("Another course comes first"),
    "prior_hours": gettext_lazy("Credit hours are missing"),
    "once_a_year": gettext_lazy("Once a year"),
    "full": gettext_lazy("All seats are taken"),
}
NEXT_STEPS: dict[str, str | Promise] = {
    "not_open_yet": gettext_lazy("Please come back then."),
    "closed": gettext_lazy("Please look for another class of this course, or ask the class supervisor."),
    "begun": gettext_lazy("Please look for another class of this course, or ask the class supervisor."),
    "postponed": gettext_lazy("New dates will be announced here."),
    "wrong_profession": gettext_lazy("Ask the training office if your professions are not recorded correctly."),
    "wrong_unit": gettext_lazy("Ask the training office if your unit is not recorded correctly."),
    "prior_hours": gettext_lazy("Complete another class first; the catalogue shows which ones are open."),
    "once_a_year": gettext_lazy("Withdraw there first if this date suits you better."),
    "teaching": gettext_lazy("Please choose another date."),
    "clash": gettext_lazy("Withdraw from the other class first, or choose another date."),
    "full": gettext_lazy("This class keeps no waiting list. Please choose another one."),
}
STANDING: dict[str, tuple[str | Promise, str]] = {
    EnrolmentStatus.CONFIRMED: (gettext_lazy("Signed up · see details"), "success"),
    EnrolmentStatus.REQUESTED: (gettext_lazy("Waiting for approval · see details"), "warning"),
    EnrolmentStatus.OFFERED: (gettext_lazy("A seat is kept for you · see details"), "success"),
    EnrolmentStatus.COMPLETED: (gettext_lazy("Completed · see details"), "success"),
    EnrolmentStatus.NOT_COMPLETED: (gettext_lazy("Not completed · see details"), "warning"),
}

STANDING_SHORT: dict[str, str | Promise] = {
    EnrolmentStatus.CONFIRMED: gettext_lazy("Signed up"),
    EnrolmentStatus.REQUESTED: gettext_lazy("Waiting for approval"),
    EnrolmentStatus.OFFERED: gettext_lazy("A seat is kept for you"),
}
STANDING_BADGES: dict[str, str] = {
    EnrolmentStatus.CONFIRMED: "open",
    EnrolmentStatus.OFFERED: "open",
    EnrolmentStatus.COMPLETED: "open",
    EnrolmentStatus.REQUESTED: "full",
    EnrolmentStatus.WAITLISTED: "full",
    EnrolmentStatus.DECLINED: "warn",
}


def present(run: CourseRun, verdict: Verdict | None, *, at: datetime.datetime) -> Offer:
    """Word the verdict; without one the reader is not signed in."""
    if verdict is None:
        return _for_visitor(run, at)
    if verdict.enrolment is not None:
        return _standing(verdict.enrolment)
    return _allowed(run, verdict) if verdict.allowed else _refused(run, verdict)


def seats(run: CourseRun) -> str:
    """The seats in one sentence: 还有6个名额 · 名额已满，3人候补 · 6个名额已分配到单位."""
    if run.free_seats:
        return ngettext("%(count)d seat free", "%(count)d seats free", run.free_seats) % {"count": run.free_seats}
    if run.seats_held:
        return ngettext(
            "%(count)d seat left, kept for units", "%(count)d seats left, kept for units", run.seats_held
        ) % {"count": run.seats_held}
    if run.queue_length:
        return ngettext("Full, %(count)d person waits", "Full, %(count)d people wait", run.queue_length) % {
            "count": run.queue_length
        }
    return _("Full")


def place(enrolment: Any) -> str:
    """候补第3位; `enrolment` comes from a queryset `with_place()`."""
    return _("Number %(place)d on the waiting list") % {"place": enrolment.place}


def standing_label(enrolment: Any) -> str:
    """Where the person stands: 已报名 · 候补第3位 · 待审核."""
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        return place(enrolment)
    return str(STANDING_SHORT.get(enrolment.status) or enrolment.get_status_display())


def standing_badge(enrolment: Enrolment) -> str:
    return STANDING_BADGES.get(enrolment.status, "done")


def can_withdraw(enrolment: Enrolment, at: datetime.datetime) -> bool:
    """Whether to offer the way out; `services.enrolment.withdraw` still decides."""
    return not enrolment.run.has_begun(at) and EnrolmentStatus.WITHDRAWN in ENROLMENT_TRANSITIONS[enrolment.status]


def answer(enrolment: Any) -> str:
    """What the person reads after signing up."""
    course = enrolment.run.course.title
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        return _("You are on the waiting list of “%(course)s”: %(place)s.") % {
            "course": course,
            "place": place(enrolment),
        }
    if enrolment.status == EnrolmentStatus.REQUESTED:
        return _("Your application for “%(course)s” was sent; it waits for approval.") % {"course": course}
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return _("You have withdrawn from “%(course)s”. Reload the page to sign up again.") % {"course": course}
    return _("You are signed up for “%(course)s”.") % {"course": course}


def accepted(enrolment: Enrolment) -> str:
    return _("The seat in “%(course)s” is yours.") % {"course": enrolment.run.course.title}


def until(enrolment: Enrolment) -> str:
    """Until when an offered seat is held: 请在12月3日（周四）17:40前答复."""
    if enrolment.offer_expires_at is None:
        return ""
    return _("Please answer before %(moment)s.") % {"moment": dates.moment(enrolment.offer_expires_at)}


def withdrawn(enrolment: Enrolment) -> str:
    return _("You have withdrawn from “%(course)s”.") % {"course": enrolment.run.course.title}


def _for_visitor(run: CourseRun, at: datetime.datetime) -> Offer:
    code = CODE_OF_STATE.get(run.state(at), "")
    if not code and not run.free_seats and not run.waitlist_enabled and not run.approval_required:
        code = "full"
    if code:
        return Offer(_label(run, code), _next_step(code), code=code)
    hint = "" if run.free_seats else _("All seats are taken; you can join the waiting list.")
    return Offer(_("Sign in to sign up"), hint, Action.SIGN_IN, "primary")


def _standing(enrolment: Enrolment) -> Offer:
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        hint = _("A seat that becomes free is offered to you when it is your turn.")
        return Offer(_("%(place)s · see details") % {"place": place(enrolment)}, hint, Action.SEE, "warning")
    label, tone = STANDING[enrolment.status]
    return Offer(str(label), "", Action.SEE, tone)


def _allowed(run: CourseRun, verdict: Verdict) -> Offer:
    """What pressing does; warnings stand before what follows, they hinder nothing."""
    offer = _by_outcome(run, verdict)
    warnings = [_("%(warning)s You can sign up all the same.") % {"warning": one.message} for one in verdict.warnings]
    return replace(offer, hint=" ".join([*warnings, offer.hint]).strip())


def _by_outcome(run: CourseRun, verdict: Verdict) -> Offer:
    if verdict.outcome == EnrolmentStatus.REQUESTED:
        hint = _("The training office decides; you will see the answer under My training.")
        return Offer(_("Apply for a seat"), hint, Action.ENROL, "primary")
    if verdict.outcome == EnrolmentStatus.WAITLISTED:
        label = _("Join the waiting list (%(count)d ahead)") % {"count": verdict.ahead}
        return Offer(label, _("Freed seats go to those who wait, first come first served."), Action.ENROL, "warning")
    return Offer(_("Sign up"), "", Action.ENROL, "primary")


def _refused(run: CourseRun, verdict: Verdict) -> Offer:
    """Only the first reason, as in `enrol`: one thing that can be done about it, not a list of hindrances."""
    code, message = verdict.reasons[0]
    if code in ("clash", "teaching"):
        return Offer(str(message), _next_step(code), code=code)
    return Offer(_label(run, code), f"{message} {_next_step(code)}".strip(), code=code)


def _label(run: CourseRun, code: str) -> str:
    if code == "not_open_yet" and run.sign_up_opens_at is not None:
        return _("Sign-up opens on %(day)s") % {"day": dates.day(run.sign_up_opens_at)}
    return str(LABELS.get(code, _("Sign-up is not possible")))


def _next_step(code: str) -> str:
    return str(NEXT_STEPS.get(code, ""))
