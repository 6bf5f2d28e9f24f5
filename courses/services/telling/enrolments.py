"""What becomes of a sign-up, told to the person who signed up."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db.models import F, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import dates
from courses.enums import EnrolmentStatus, Way
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from courses.services.telling.words import (
    Text,
    class_lines,
    is_soon,
    letters_to,
    notice_to_group,
    reason_line,
    run_url,
)
from messaging.selectors.receivers import with_preferences
from messaging.services.post import Letter, post

_S = EnrolmentStatus
LAST_HOURS = datetime.timedelta(hours=2)
Wording = Callable[[EnrolmentEvent, Enrolment], Text]


def enrolments_changed(events: Sequence[EnrolmentEvent]) -> None:
    """Tell each person what the event means. Enrolments may be of several classes; one call is one transaction."""
    if not events:
        return
    rows = _in_hand(events)
    letters = [letter for event in events for letter in _letters(event, rows[event.enrolment_id])]
    post(letters=[*letters, *_group_notices(events, rows)], at=events[0].at, first_time=True)


def _in_hand(events: Iterable[EnrolmentEvent]) -> dict[int, Enrolment]:
    """The enrolments as the caller stored them; read is only what they lack, and the places of those who wait."""
    rows = {event.enrolment_id: event.enrolment for event in events}
    prefetch_related_objects(list(rows.values()), "run__course")
    with_preferences(row.person for row in rows.values())
    for row in rows.values():  # as `with_place` leaves it; who stands at the end of the queue has been counted
        row.place = getattr(row, "arrival_place", None)  # type: ignore[attr-defined]
    waiting = [pk for pk, row in rows.items() if row.status == _S.WAITLISTED and row.place is None]  # type: ignore[attr-defined]
    if waiting:
        for placed in Enrolment.objects.filter(pk__in=waiting).with_place().only("pk"):
            rows[placed.pk].place = placed.place  # type: ignore[attr-defined]
    return rows


def _rows(ids: Iterable[int]) -> dict[int, Enrolment]:
    """The enrolments with place, class and person: one query."""
    joined = Enrolment.objects.with_place().select_related("run__course", "person__message_preferences")
    return {row.pk: row for row in joined.filter(pk__in=set(ids))}


def _letters(event: EnrolmentEvent, enrolment: Enrolment) -> list[Letter]:
    kind = kind_of(event, enrolment)
    return letters_to(
        [enrolment.person],
        lambda _person: WORDINGS[kind](event, enrolment),
        by=event.by,
        kind=kind,
        key=f"enrolment-event:{event.pk}",
        url=run_url(enrolment.run),
        urgent=kind == "offered" or (not _is_own(event, enrolment) and is_soon(enrolment.run.starts_at)),
    )


def _is_own(event: EnrolmentEvent, enrolment: Enrolment) -> bool:
    return event.by_id == enrolment.person_id


def kind_of(event: EnrolmentEvent, enrolment: Enrolment) -> str:
    """What the change is to the person, by which it is worded."""
    if event.from_status == _S.OFFERED and event.by_id is None and event.to_status != _S.CONFIRMED:
        return "offer_expired"
    if event.to_status == _S.CONFIRMED and not _is_own(event, enrolment):
        return "moved_up" if event.from_status == _S.WAITLISTED else "admitted"
    return str(event.to_status)


def _confirmed(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("You are signed up: %(course)s") % {"course": enrolment.run.course.title},
        [_("You have a seat in this class."), *class_lines(enrolment.run)],
    )


def _moved_up(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("You have a seat now: %(course)s") % {"course": enrolment.run.course.title},
        [_("A seat became free, and you have moved up from the waiting list."), *class_lines(enrolment.run)],
    )


def _admitted(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("You are admitted: %(course)s") % {"course": enrolment.run.course.title},
        [_how_admitted(event, enrolment), *class_lines(enrolment.run)],
    )


def _how_admitted(event: EnrolmentEvent, enrolment: Enrolment) -> str:
    if enrolment.way == Way.SUBSTITUTE:
        return _("You take the seat of a colleague who cannot come.")
    if enrolment.way == Way.MOVED:
        return _("You were moved to this class from another one of the same course.")
    if event.from_status == _S.REQUESTED:
        return _("Your request was approved; you have a seat.")
    return _("You were signed up for this class and have a seat.")


def _waitlisted(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    place = getattr(enrolment, "place", None)
    where = _("You are number %(place)d on the waiting list.") % {"place": place} if place else ""
    return Text(
        _("On the waiting list: %(course)s") % {"course": enrolment.run.course.title},
        [where, _("When a seat becomes free for you, you will be told here."), *class_lines(enrolment.run)],
    )


def _requested(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("Your request has arrived: %(course)s") % {"course": enrolment.run.course.title},
        [
            _("Your unit has nominated you.") if enrolment.way == Way.NOMINATED else "",
            _("The training office decides about it and you will be told here."),
            *class_lines(enrolment.run),
        ],
    )


def _declined(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("Not admitted: %(course)s") % {"course": enrolment.run.course.title},
        [_("Your sign-up could not be accepted."), reason_line(event.reason), *class_lines(enrolment.run)],
    )


def _withdrawn(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    by_other = not _is_own(event, enrolment)
    first = _("Your sign-up was withdrawn.") if by_other else _("You have withdrawn your sign-up.")
    return Text(
        _("Withdrawn: %(course)s") % {"course": enrolment.run.course.title},
        [first, reason_line(event.reason) if by_other else "", *class_lines(enrolment.run)],
    )


def _completed(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("Completed: %(course)s") % {"course": enrolment.run.course.title},
        [_("The training office has recorded that you completed this class."), *class_lines(enrolment.run)],
    )


def _not_completed(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("Not completed: %(course)s") % {"course": enrolment.run.course.title},
        [
            _("The training office has recorded that you did not complete this class."),
            reason_line(event.reason),
            *class_lines(enrolment.run),
        ],
    )


def _offered(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    return Text(
        _("A seat is offered to you: %(course)s") % {"course": enrolment.run.course.title},
        [*_how_to_accept(enrolment), *class_lines(enrolment.run)],
    )


def _offer_expired(event: EnrolmentEvent, enrolment: Enrolment) -> Text:
    waits = event.to_status == _S.WAITLISTED
    back = _("You are on the waiting list again.") if waits else _("Your sign-up has ended.")
    return Text(
        _("The offered seat went to the next: %(course)s") % {"course": enrolment.run.course.title},
        [_("The seat was not accepted in time."), back, *class_lines(enrolment.run)],
    )


def _offer_expiring(enrolment: Enrolment) -> Text:
    return Text(
        _("Please decide soon: the seat in %(course)s") % {"course": enrolment.run.course.title},
        [*_how_to_accept(enrolment), *class_lines(enrolment.run)],
    )


def _how_to_accept(enrolment: Enrolment) -> list[str]:
    until = enrolment.offer_expires_at
    how = _("Open the class and press the button that accepts the seat.")
    if until is None:
        return [how]
    late = _("The seat is kept for you until %(moment)s. After that it goes to the next person.")
    return [late % {"moment": dates.moment(until)}, how]


WORDINGS: dict[str, Wording] = {
    "confirmed": _confirmed,
    "moved_up": _moved_up,
    "admitted": _admitted,
    "waitlisted": _waitlisted,
    "requested": _requested,
    "declined": _declined,
    "withdrawn": _withdrawn,
    "offered": _offered,
    "offer_expired": _offer_expired,
    "completed": _completed,
    "not_completed": _not_completed,
}


# Offers


def remind_of_offers(at: datetime.datetime) -> None:
    """Remind of offers that end within two hours. One that was made for so short a time needs no reminder."""
    rows = Enrolment.objects.filter(status=_S.OFFERED, offer_expires_at__gt=at, offer_expires_at__lte=at + LAST_HOURS)
    offers_expiring(rows.filter(changed_at__lt=F("offer_expires_at") - 2 * LAST_HOURS), at=at)


def offers_expiring(enrolments: Iterable[Enrolment], *, at: datetime.datetime | None = None) -> None:
    """Remind people of seats that are kept for them a little longer; each offer is reminded of once."""
    letters: list[Letter] = []
    for row in _rows(one.pk for one in enrolments).values():
        until = row.offer_expires_at
        letters += letters_to(
            [row.person],
            lambda _person, row=row: _offer_expiring(row),  # type: ignore[misc]  # binds the row now
            kind="offer_expiring",
            key=f"offer-expiring:{row.pk}:{until.isoformat() if until else ''}",
            url=run_url(row.run),
            urgent=True,
        )
    post(letters=letters, at=at)


def _group_notices(events: Sequence[EnrolmentEvent], rows: dict[int, Enrolment]) -> list[Letter]:
    """How many seats of a class are offered; to whom is nobody's business in a group."""
    offered: dict[CourseRun, list[int]] = defaultdict(list)
    for event in events:
        if event.to_status == _S.OFFERED:
            offered[rows[event.enrolment_id].run].append(event.pk)
    return [_group_notice(run, pks) for run, pks in offered.items()]


def _group_notice(run: CourseRun, pks: list[int]) -> Letter:
    def word() -> Text:
        count = ngettext("%(count)d seat is offered to the waiting list.", "%(count)d seats are offered to the waiting list.", len(pks))  # fmt: skip  # noqa: E501
        return Text(
            _("Seats offered: %(course)s") % {"course": run.course.title},
            [count % {"count": len(pks)}, *class_lines(run)],
        )

    return notice_to_group(word, kind="offered", key=f"offered:{min(pks)}-{max(pks)}", url=run_url(run))
