"""The rules of sign-up: small functions over facts that were read once for one person and many runs.

Each rule returns None or a `Reason`; their order is the order in which a person is told. A rule blocks or warns.
`docs/rules/enrolment.md` lists every code with its sentence, its source and its test.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import BusyKind, RunStatus, Way
from courses.models import CourseRun
from courses.services.facts import Facts, Meeting


class Reason(NamedTuple):
    """Why not: a stable code and a sentence in the reader's language."""

    code: str
    message: str


def day_and_time(moment: datetime.datetime) -> str:
    """Return a moment as people here say it, in Shanghai time: 12月1日 09:00."""
    local = timezone.localtime(moment)
    return date_format(local, _("M j, H:i"))


def published(facts: Facts, run: CourseRun) -> Reason | None:
    if run.status == RunStatus.CANCELLED:
        return Reason("cancelled", _("This class was cancelled."))
    if run.status == RunStatus.POSTPONED:
        return Reason("postponed", _("This class was postponed; new dates will be announced."))
    if run.status in (RunStatus.CONCLUDED, RunStatus.ARCHIVED):
        return Reason("finished", _("This class is over."))
    if run.status != RunStatus.PUBLISHED or not run.course.live:
        return Reason("not_published", _("This class is not open for sign-up yet."))
    return None


def active_account(facts: Facts, run: CourseRun) -> Reason | None:
    if not facts.person.is_active:
        return Reason("account_inactive", _("This account is switched off; ask the training office."))
    return None


def within_window(facts: Facts, run: CourseRun) -> Reason | None:
    if run.status != RunStatus.PUBLISHED:
        return None  # said by `published` already
    if run.starts_at is not None and run.starts_at <= facts.at:
        return Reason("begun", _("The class has begun; sign-up is over."))
    if run.sign_up_opens_at is None or run.sign_up_opens_at > facts.at:
        return Reason("not_open_yet", _opens(run))
    if run.sign_up_closes_at is None or run.sign_up_closes_at <= facts.at:
        moment = day_and_time(run.sign_up_closes_at)  # type: ignore[arg-type]  # a published class has both
        return Reason("closed", _("Sign-up closed on %(moment)s.") % {"moment": moment})
    return None


def _opens(run: CourseRun) -> str:
    if run.sign_up_opens_at is None:
        return _("This class is not open for sign-up yet.")
    return _("Sign-up opens on %(moment)s.") % {"moment": day_and_time(run.sign_up_opens_at)}


def right_profession(facts: Facts, run: CourseRun) -> Reason | None:
    wanted = facts.run_professions.get(run.pk) or facts.course_professions.get(run.course_id)
    if wanted and not wanted & facts.professions:
        return Reason("wrong_profession", _("This class is for other professions than yours."))
    return None


def right_unit(facts: Facts, run: CourseRun) -> Reason | None:
    wanted = facts.run_units.get(run.pk)
    if wanted and not wanted & set(facts.units_above):
        return Reason("wrong_unit", _("This class is for other units than yours."))
    return None


def by_nomination(facts: Facts, run: CourseRun) -> Reason | None:
    if run.nomination_only:
        return Reason("nomination_only", _("Units nominate for this class. Ask the clerk of your unit."))
    return None


def prerequisites(facts: Facts, run: CourseRun) -> Reason | None:
    """Courses that come first must be completed, in whatever year."""
    done = {row.course_id for row in facts.completed()}
    missing = [title for pk, title in facts.course_needs.get(run.course_id, {}).items() if pk not in done]
    if missing:
        names = _(", ").join(f"“{title}”" for title in missing)
        return Reason("prerequisite", _("Complete %(courses)s first.") % {"courses": names})
    return None


def enough_hours(facts: Facts, run: CourseRun) -> Reason | None:
    """Credit hours of classes completed in the year of the run; so many must be there before."""
    wanted = run.course.prior_hours
    earned = sum(row.hours for row in facts.completed() if row.year == run.year) if wanted else 0
    if earned < wanted:
        counts = {"wanted": wanted, "earned": f"{earned:g}"}
        return Reason(
            "prior_hours",
            _("This class asks for %(wanted)d credit hours of this year; you have %(earned)s.") % counts,
        )
    return None


def once_a_year(facts: Facts, run: CourseRun) -> Reason | None:
    if not run.once_a_year:
        return None
    for other in facts.standing:
        same = (other.course_id, other.year) == (run.course_id, run.year) and other.run_id != run.pk
        if same and other.run_status != RunStatus.CANCELLED:
            return Reason(
                "once_a_year",
                _("You are in %(class_no)s already; this course is taken once a year.") % {"class_no": other.class_no},
            )
    return None


def no_clash(facts: Facts, run: CourseRun) -> Reason | None:
    """One person sits in one class at a time; classes that he waits for count too."""
    own = _first_overlap(facts, run, facts.own_sessions)
    return Reason("clash", _about(_("Clashes with “%(course)s” on %(moment)s."), own)) if own else None


def no_teaching(facts: Facts, run: CourseRun) -> Reason | None:
    """Who teaches cannot sit in another class at that hour."""
    own = _first_overlap(facts, run, facts.taught_sessions)
    return Reason("teaching", _about(_("You teach “%(course)s” on %(moment)s."), own)) if own else None


def _first_overlap(facts: Facts, run: CourseRun, others: Iterable[Meeting]) -> Meeting | None:
    for session in facts.run_sessions.get(run.pk, []):
        for other in others:
            if other.run_id != run.pk and other.starts_at < session.ends_at and other.ends_at > session.starts_at:
                return other
    return None


def _about(sentence: str, session: Meeting) -> str:
    return sentence % {"course": session.title, "moment": day_and_time(session.starts_at)}


def not_busy(facts: Facts, run: CourseRun) -> Reason | None:
    """Only a warning: duty can be swapped, a court date can move, and the person knows."""
    for session in facts.run_sessions.get(run.pk, []):
        if session.busy_with and session.busy_from:
            what = {"what": BusyKind(session.busy_with).label, "moment": day_and_time(session.busy_from)}
            return Reason("busy", _("You entered “%(what)s” from %(moment)s.") % what)
    return None


def has_room(facts: Facts, run: CourseRun) -> Reason | None:
    waits = run.waitlist_enabled or run.approval_required or facts.way == Way.NOMINATED
    if not run.free_seats and not waits and facts.quota(run) is None:
        return Reason("full", _("All seats are taken and this class keeps no waiting list."))
    return None


Rule = Callable[[Facts, CourseRun], Reason | None]
RULES: tuple[Rule, ...] = (
    active_account,
    published,
    within_window,
    right_profession,
    right_unit,
    by_nomination,
    prerequisites,
    enough_hours,
    once_a_year,
    no_clash,
    no_teaching,
    has_room,
)
WARNINGS: tuple[Rule, ...] = (not_busy,)
# What may be set aside by whom. Seats and eligibility are never set aside; what is, the event of the enrolment says.
WAIVED: dict[str, frozenset[str]] = {
    Way.SELF: frozenset(),
    Way.NOMINATED: frozenset({"nomination_only", "clash", "teaching"}),
    Way.WALK_IN: frozenset({"nomination_only", "not_open_yet", "closed", "begun"}),
    Way.SUBSTITUTE: frozenset({"nomination_only", "not_open_yet", "closed", "full"}),
}
WAIVED[Way.DIRECT] = WAIVED[Way.MOVED] = frozenset(
    {
        "nomination_only", "not_open_yet", "closed", "begun", "clash", "teaching", "prerequisite", "prior_hours",
        "once_a_year",
    }
)  # fmt: skip
CODES = frozenset(
    {
        "account_inactive", "cancelled", "postponed", "finished", "not_published", "begun", "not_open_yet", "closed",
        "wrong_profession", "wrong_unit", "nomination_only", "prerequisite", "prior_hours", "once_a_year", "clash",
        "teaching", "full",
    }
)  # fmt: skip
WARNING_CODES = frozenset({"busy"})
