"""The list of a unit (报送名单): drawn up by the clerk, signed off by the head, handed in, decided by the office.

What becomes of each person is the person's enrolment: handing in makes requests, the office admits them, puts them on
the reserve or does not admit them. So nothing of this can get round the rules of sign-up.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from courses.enums import NOMINATION_TRANSITIONS, EnrolmentStatus, NominationStatus, RunStatus, Way
from courses.errors import EnrolmentRefused, NominationRefused
from courses.models import CourseRun, Enrolment, Nomination, NominationEntry
from courses.services import enrolment as enrolments
from courses.services import telling
from courses.services.transitions import checked_reason
from people.models import Unit, User

NOMINATE, SIGN, DECIDE = "courses.nominate", "courses.sign_nomination", "courses.manage_enrolments"
OPEN = (NominationStatus.DRAFT, NominationStatus.RETURNED)


@dataclass(frozen=True)
class Named:
    """One line of a list as the clerk wrote it."""

    person: User
    note: str = ""


class Decision(StrEnum):
    ADMIT = "admit"
    RESERVE = "reserve"
    REFUSE = "refuse"


@transaction.atomic
def save_list(
    *, run: CourseRun, unit: Unit, people: Sequence[Named], by: User, at: datetime.datetime | None = None
) -> Nomination:
    """Make these the people on the unit's list for the run, in this order; a signed list becomes a draft again.

    The caller has checked that unit and people are in the clerk's rows. Raises NominationRefused.
    """
    _check_may(by, NOMINATE)
    _check_window(run, at or timezone.now())
    nomination = _locked_list(run, unit, by)
    if nomination.status not in (*OPEN, NominationStatus.SIGNED):
        raise NominationRefused(_("The list was handed in already; it can be changed when the office returns it."))
    if len({named.person.pk for named in people}) != len(people):
        raise NominationRefused(_("One person stands on the list twice."))
    _write(nomination, people)
    if nomination.status == NominationStatus.SIGNED:
        nomination.status = NominationStatus.DRAFT
    nomination.drafted_by, nomination.signed_by = by, None
    return _stored(nomination, by, "courses.nomination_saved")


def _locked_list(run: CourseRun, unit: Unit, by: User) -> Nomination:
    nomination, _made = Nomination.objects.get_or_create(run=run, unit=unit, defaults={"drafted_by": by})
    return _lock(nomination)


def _lock(nomination: Nomination) -> Nomination:
    rows = Nomination.objects.select_for_update(no_key=True, of=("self",)).select_related("run__course", "unit")
    return rows.get(pk=nomination.pk)


def _write(nomination: Nomination, people: Sequence[Named]) -> None:
    nomination.entries.all().delete()
    NominationEntry.objects.bulk_create(
        NominationEntry(nomination=nomination, person=named.person, note=named.note[:100], position=number)
        for number, named in enumerate(people, 1)
    )


def _stored(nomination: Nomination, by: User, action: str, **data: object) -> Nomination:
    nomination.changed_at = timezone.now()
    nomination.save()
    audit.record(action, nomination, by=by, data={"status": str(nomination.status), **data})
    return nomination


def _check_may(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise NominationRefused(_("This step is not yours. Ask the person in your unit who is in charge of it."))


def _check_window(run: CourseRun, at: datetime.datetime) -> None:
    opens, closes = run.sign_up_opens_at, run.sign_up_closes_at
    if run.status != RunStatus.PUBLISHED or opens is None or closes is None or not opens <= at < closes:
        raise NominationRefused(_("Lists can be drawn up and handed in while sign-up is open."))


def _step(nomination: Nomination, to: NominationStatus) -> Nomination:
    nomination = _lock(nomination)
    if to not in NOMINATION_TRANSITIONS[nomination.status]:
        raise NominationRefused(
            _("This list is “%(status)s”; that step is not possible now.") % {"status": nomination.get_status_display()}
        )
    nomination.status = to
    return nomination


@transaction.atomic
def sign(*, nomination: Nomination, by: User) -> Nomination:
    """Sign the list off, as the head of the unit and as a second person. Signing twice is signing once.

    Raises NominationRefused.
    """
    _check_may(by, SIGN)
    fresh = _lock(nomination)
    if fresh.status == NominationStatus.SIGNED and fresh.signed_by_id == by.pk:
        return fresh
    if fresh.drafted_by_id == by.pk:
        raise NominationRefused(_("Who drew up the list cannot sign it off."))
    if not fresh.entries.exists():
        raise NominationRefused(_("Nobody is on the list yet."))
    fresh = _step(fresh, NominationStatus.SIGNED)
    fresh.signed_by = by
    return _stored(fresh, by, "courses.nomination_signed")


@transaction.atomic
def submit(*, nomination: Nomination, by: User, at: datetime.datetime | None = None) -> Nomination:
    """Hand the list in: every person becomes a request. All or nobody; handing in twice is handing in once.

    Raises NominationRefused, with the names of those who cannot be nominated and why.
    """
    if not by.has_perm(SIGN):
        _check_may(by, NOMINATE)
    fresh = _lock(nomination)
    if fresh.status == NominationStatus.SUBMITTED:
        return fresh
    _check_window(fresh.run, at or timezone.now())
    fresh = _step(fresh, NominationStatus.SUBMITTED)
    _lock_people(fresh.entries.values("person"))
    problems = [problem for entry in _entries(fresh) if (problem := _request(fresh, entry, by, at))]
    if problems:
        raise NominationRefused(" ".join(problems))
    fresh.submitted_at, fresh.comment = at or timezone.now(), ""
    return _stored(fresh, by, "courses.nomination_submitted", people=fresh.entries.count())


def _entries(nomination: Nomination) -> list[NominationEntry]:
    """In the unit's own order, so that its first gets the first seat."""
    return list(nomination.entries.select_related("person"))


def _lock_people(people: QuerySet[Any]) -> None:
    """Take the locks of everybody concerned, by their keys, before that of the run: nobody waits in a circle."""
    list(User.objects.select_for_update(no_key=True).only("pk").filter(pk__in=people).order_by("pk"))


def _request(nomination: Nomination, entry: NominationEntry, by: User, at: datetime.datetime | None) -> str:
    """Ask for one person; return why not. Who has an enrolment already keeps it."""
    try:
        with transaction.atomic():
            enrolments.enrol(
                person=entry.person, run=nomination.run, by=by, at=at,
                entry=enrolments.Entry(way=Way.NOMINATED, nomination=nomination),
            )  # fmt: skip
    except EnrolmentRefused as refusal:
        return _("%(name)s: %(reason)s") % {"name": entry.person.name, "reason": refusal.message}
    return ""


@transaction.atomic
def give_back(*, nomination: Nomination, by: User, comment: str) -> Nomination:
    """Return the list to the unit for change; its requests are withdrawn. Raises NominationRefused, ReasonRefused."""
    _check_may(by, DECIDE)
    comment = checked_reason(comment, required=True)
    fresh = _step(nomination, NominationStatus.RETURNED)
    _lock_people(fresh.enrolments.values("person"))
    for row in _requests(fresh):
        enrolments.withdraw(enrolment=row, by=by, reason=comment)
    fresh.comment, fresh.signed_by = comment, None
    _stored(fresh, by, "courses.nomination_returned", reason=comment)
    telling.list_returned(fresh, by=by)
    return fresh


def _requests(nomination: Nomination) -> list[Enrolment]:
    rows = nomination.enrolments.filter(status=EnrolmentStatus.REQUESTED).select_related("run__course", "person")
    return list(rows.order_by("pk"))


@transaction.atomic
def decide(
    *, nomination: Nomination, decisions: Mapping[int, Decision], by: User, reason: str = "", from_reserve: bool = False
) -> Nomination:
    """Decide on each request of the list; keys are enrolment ids. Who is not named stays undecided.

    `reason` is told to those who are not admitted. The list is decided when no request is left. Raises
    NominationRefused, EnrolmentRefused, ReasonRefused; then nothing of it is stored.
    """
    _check_may(by, DECIDE)
    fresh = _lock(nomination)
    if fresh.status != NominationStatus.SUBMITTED:
        raise NominationRefused(_("This list is not waiting for a decision."))
    _lock_people(fresh.enrolments.values("person"))
    named = [row for row in _requests(fresh) if row.pk in decisions]
    # Whoever is to wait must not stand before those who are admitted.
    for row in sorted(named, key=lambda row: decisions[row.pk] != Decision.ADMIT):
        _decide(row, decisions[row.pk], by, reason, from_reserve)
    if not _requests(fresh):
        fresh = _step(fresh, NominationStatus.DECIDED)
    _stored(fresh, by, "courses.nomination_decided", people=len(decisions))
    if fresh.status == NominationStatus.DECIDED:
        telling.list_decided(fresh, by=by)
    return fresh


def _decide(row: Enrolment, decision: Decision, by: User, reason: str, from_reserve: bool) -> None:
    if decision == Decision.ADMIT:
        enrolments.approve(enrolment=row, by=by, from_reserve=from_reserve)
    elif decision == Decision.RESERVE:
        enrolments.put_on_reserve(enrolment=row, by=by)
    else:
        enrolments.decline(enrolment=row, by=by, reason=reason)
