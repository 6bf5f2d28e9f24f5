"""The day's registers as a device keeps them; what it sends back is read by `services.sync`."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from courses.enums import ON_ROSTER, AttendanceStatus
from courses.models import AttendanceRules, ClassSession, Enrolment
from courses.selectors.teaching import day_of_registers, people_of
from courses.services.standing import states
from courses.services.sync import MADE_HERE, Sent, Synced

UNMARKED: dict[str, Any] = {
    "status": AttendanceStatus.CLEARED.value, "late": 0, "early": 0, "note": "", "disputed": False, "heads": [],
}  # fmt: skip


def day(person: Any, at: datetime.datetime) -> dict[str, Any]:
    """The registers that the person keeps (see `day_of_registers`); the format stands in docs/rules/attendance.md.

    Five queries for any number of sessions and people.
    """
    rules = AttendanceRules.load()
    sessions = list(day_of_registers(person, at, datetime.timedelta(minutes=rules.opens_minutes_before)))
    people: dict[int, list[Enrolment]] = defaultdict(list)
    for enrolment in people_of(sessions):
        people[enrolment.run_id].append(enrolment)
    found = states(sessions)
    return {
        "person": person.pk,
        "day": timezone.localdate(at).isoformat(),
        "states": [{"status": value, "label": str(AttendanceStatus(value).label)} for value in _states()],
        "sessions": [_session(one, people[one.run_id], found[str(one.pk)], rules) for one in sessions],
    }


def _states() -> list[str]:
    return [value for value in AttendanceStatus.values if value in MADE_HERE]


def _session(
    session: ClassSession, people: Iterable[Enrolment], states: dict[str, dict[str, Any]], rules: AttendanceRules
) -> dict[str, Any]:
    limit = session.absent_after_minutes
    opens = session.starts_at - datetime.timedelta(minutes=rules.opens_minutes_before)
    return {
        "id": session.pk,
        "title": session.run.course.title,
        "class_no": session.run.class_no,
        "topic": session.topic,
        "place": session.place,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "opens_at": opens.isoformat(),
        "absent_after_minutes": rules.absent_after_minutes if limit is None else limit,
        "closed": session.closed_at is not None,
        "people": [
            _person(number, one, states.get(str(one.pk), UNMARKED))
            for number, one in enumerate((one for one in people if _listed(one, states)), start=1)
        ],
    }


def _listed(enrolment: Enrolment, states: dict[str, dict[str, Any]]) -> bool:
    """Those on the roster, and those marked earlier who have left since, as on the register."""
    state = states.get(str(enrolment.pk), UNMARKED)
    return enrolment.status in ON_ROSTER or state["status"] != AttendanceStatus.CLEARED


def _person(number: int, enrolment: Enrolment, state: dict[str, Any]) -> dict[str, Any]:
    person = enrolment.person
    return {
        "no": number,
        "enrolment": enrolment.pk,
        "name": person.name,
        "pinyin": person.pinyin,
        "initials": person.initials,
        "number": person.work_number or "",
        "unit": enrolment.unit.short_name if enrolment.unit else "",
        "can_be_marked": enrolment.status in ON_ROSTER,
        **state,
    }


def answer(synced: Synced) -> dict[str, Any]:
    """What became of a batch, in words for whoever holds the device."""
    return {"kept": synced.kept, "refused": [_refused(one) for one in synced.refused], "state": synced.state}


def _refused(one: Sent) -> dict[str, str]:
    return {"client_id": one.client_id, "code": one.code, "message": one.reason}
