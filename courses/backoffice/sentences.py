"""The history of an enrolment and of an attendance record, as sentences."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import registry

from courses.enums import AttendanceStatus
from courses.enums import EnrolmentStatus as S
from courses.models import AttendanceEvent, AttendanceRecord, Enrolment, EnrolmentEvent, Nomination
from courses.presenters import dates


@dataclass(frozen=True)
class Happening:
    """One line of a history: when, and what happened."""

    at: datetime.datetime
    sentence: str
    detail: str = ""


def history_of_enrolment(enrolment: Enrolment) -> list[Happening]:
    """Every change, oldest first. One query."""
    events = enrolment.events.select_related("by")
    return [Happening(event.at, _change(event, enrolment), event.reason) for event in events]


def _change(event: EnrolmentEvent, enrolment: Enrolment) -> str:
    who = {"who": _who(event.by), "status": event.get_to_status_display()}
    if not event.from_status:
        if event.by_id == enrolment.person_id:
            return _("%(who)s signed up: %(status)s.") % who
        return _("%(who)s signed the person up: %(status)s.") % who
    if event.to_status == S.WITHDRAWN:
        return _("%(who)s withdrew the enrolment.") % who
    if event.to_status == S.DECLINED:
        return _("%(who)s did not admit the person.") % who
    return _("%(who)s changed the status to: %(status)s.") % who


def history_of_nomination(nomination: Nomination) -> list[Happening]:
    """Who did what with the list, oldest first, from the audit trail. Two queries."""
    entries = registry.get_logs_for_instance(nomination).select_related("user").order_by("timestamp", "pk")
    return [
        Happening(entry.timestamp, f"{_who(entry.user)}：{entry.message}", entry.data.get("reason", ""))
        for entry in entries
    ]


def _who(person: Any) -> str:
    return str(person) if person else _("The system")


def history_of_record(record: AttendanceRecord) -> list[Happening]:
    """Every mark of this person in this session, as they were made. One query."""
    events = AttendanceEvent.objects.filter(session=record.session_id, enrolment=record.enrolment_id)
    return [Happening(event.recorded_at, _mark(event), event.note) for event in events.select_related("by")]


def _mark(event: AttendanceEvent) -> str:
    facts = {
        "who": _who(event.by),
        "status": event.get_status_display(),
        "source": event.get_source_display(),
        "time": dates.clock(event.happened_at),
    }
    if event.status == AttendanceStatus.CLEARED:
        return _("%(who)s took the mark back (%(source)s).") % facts
    if event.status in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY):
        return _("%(who)s marked: %(status)s at %(time)s (%(source)s).") % facts
    return _("%(who)s marked: %(status)s (%(source)s).") % facts
