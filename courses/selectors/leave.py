"""Leave: who decides on it, what waits for whom, and how much of a class somebody has missed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from courses.enums import ON_ROSTER, AttendanceStatus, LeaveKind, LeaveStatus
from courses.models import AttendanceRecord, ClassSession, Enrolment, EvidenceFile, LeaveRequest
from courses.models.leave import STANDING
from courses.permissions import MANAGE, markable_sessions
from courses.selectors.training import upcoming_sessions
from people.enums import LeaveDecider
from people.models import Membership, Unit, User

SIGN = "courses.sign_nomination"  # heads of units: who signs the unit's lists answers for its people
SHARE = 7  # more than one seventh of a class on leave is for a person to decide


# Who decides


@dataclass(frozen=True)
class Heads:
    """The heads of all units, with the units that each of them answers for."""

    units_of: dict[int, set[int]]

    def of(self, unit: Unit | None, asker: int) -> set[int]:
        """Ids of those who decide for people of the unit; empty if the training office does. Nobody decides alone."""
        if unit is None or unit.leave_decided_by == LeaveDecider.OFFICE:
            return set()
        return {pk for pk, units in self.units_of.items() if unit.pk in units and pk != asker}

    def may_decide(self, person: Any, request: LeaveRequest) -> bool:
        """Whether the decision is the person's; never one's own request."""
        asker = request.enrolment.person_id
        heads = self.of(request.enrolment.unit, asker)
        if person.pk == asker:
            return False
        return person.pk in heads if heads else bool(person.has_perm(MANAGE))


def heads() -> Heads:
    """Read who heads what: three queries, however many units."""
    rows = Membership.objects.current().filter(person__in=_holders(SIGN)).values_list("person", "unit")
    found = dict(rows)
    parents = dict(Unit.objects.values_list("pk", "parent_id")) if found else {}
    return Heads({person: _below(unit, parents) for person, unit in found.items()})


def _below(root: int, parents: Mapping[int, int | None]) -> set[int]:
    """The unit and everything below it."""
    found, grown = {root}, True
    while grown:
        fresh = {pk for pk, parent in parents.items() if parent in found} - found
        found, grown = found | fresh, bool(fresh)
    return found


def _holders(permission: str) -> QuerySet[User]:
    app, name = permission.split(".")
    given = Permission.objects.filter(codename=name, content_type__app_label=app)
    holders = Q(groups__permissions__in=given) | Q(user_permissions__in=given)
    return User.objects.filter(holders, is_active=True).distinct()


def deciders(request: LeaveRequest) -> list[User]:
    """Everybody who may decide on the request, to be told of it."""
    chosen = heads().of(request.enrolment.unit, request.enrolment.person_id)
    people = User.objects.filter(pk__in=chosen) if chosen else _holders(MANAGE)
    return list(people.exclude(pk=request.enrolment.person_id).select_related("message_preferences"))


def to_decide(person: Any) -> list[LeaveRequest]:
    """Requests that wait for the person, the nearest session first. Four queries at most."""
    if not (person.has_perm(SIGN) or person.has_perm(MANAGE)):
        return []
    rows = _listed(LeaveRequest.objects.filter(status=LeaveStatus.ASKED)).order_by("session__starts_at", "pk")
    waiting = list(rows)
    if not waiting:
        return []
    known = heads()
    return [row for row in waiting if known.may_decide(person, row)]


def _listed(rows: QuerySet[LeaveRequest]) -> QuerySet[LeaveRequest]:
    return rows.select_related(
        "session__run__course", "enrolment__person", "enrolment__unit", "enrolment__run", "evidence", "decided_by"
    )


# One person's own


def own_requests(person: Any) -> list[LeaveRequest]:
    return list(_listed(LeaveRequest.objects.filter(enrolment__person=person)).order_by("-session__starts_at", "-pk"))


def may_be_asked_for(person: Any, at: datetime.datetime) -> QuerySet[ClassSession]:
    """Sessions to come for which the person has not asked yet."""
    asked = LeaveRequest.objects.filter(enrolment__person=person, status__in=STANDING).values("session")
    return upcoming_sessions(person, at).filter(starts_at__gt=at, closed_at__isnull=True).exclude(pk__in=asked)


def own_enrolment(person: Any, session: ClassSession) -> Enrolment | None:
    mine = Enrolment.objects.filter(run=session.run_id, person=person, status__in=ON_ROSTER)
    return mine.select_related("run__course", "unit", "person").first()


def may_open_evidence(person: Any, file: EvidenceFile) -> bool:
    """The scan of a sheet: whoever keeps its register now, since it shows everybody's name.

    A file beside a request: who uploaded it, the training office, whoever decides on the request.
    """
    if file.session_id is not None:
        return bool(markable_sessions(person).filter(pk=file.session_id).exists())
    if file.by_id == person.pk or person.has_perm(MANAGE):
        return True
    request = getattr(file, "leave_request", None)
    return request is not None and heads().may_decide(person, request)


# How much was missed


@dataclass(frozen=True)
class Missed:
    """Minutes of one class that one person missed; `asked` are those of a request on top. Duty is not counted."""

    total: int
    leave: int = 0
    absent: int = 0
    duty: int = 0
    asked: int = 0

    @property
    def after(self) -> int:
        return self.leave + self.absent + self.asked

    @property
    def limit(self) -> int:
        return self.total // SHARE

    @property
    def is_over(self) -> bool:
        """More than a seventh of the class: a person has to look at it. Nothing follows by itself."""
        return self.after * SHARE > self.total

    @property
    def percent(self) -> int:
        return round(100 * self.after / self.total) if self.total else 0


def missed(enrolment: Enrolment, also: ClassSession | None = None, kind: str = LeaveKind.PRIVATE) -> Missed:
    """What the person missed of the class so far, and with leave from `also`. Two queries."""
    return missed_of([(enrolment, also, kind)])[0]


def missed_of(wanted: Iterable[tuple[Enrolment, ClassSession | None, str]]) -> list[Missed]:
    """The same for many. Two queries."""
    rows = list(wanted)
    sessions: dict[int, dict[int, ClassSession]] = {}
    for session in ClassSession.objects.held().filter(run__in={row[0].run_id for row in rows}):
        sessions.setdefault(session.run_id, {})[session.pk] = session
    records: dict[int, dict[int, AttendanceRecord]] = {}
    for record in AttendanceRecord.objects.filter(enrolment__in=[row[0].pk for row in rows]):
        records.setdefault(record.enrolment_id, {})[record.session_id] = record
    return [_missed(sessions.get(e.run_id, {}), records.get(e.pk, {}), also, kind) for e, also, kind in rows]


def _missed(
    sessions: dict[int, ClassSession], records: dict[int, AttendanceRecord], also: ClassSession | None, kind: str
) -> Missed:
    minutes = {"leave": 0, "absent": 0, "duty": 0}
    for pk, session in sessions.items():
        if (record := records.get(pk)) and (name := _counted_as(record)):
            minutes[name] += session.minutes
    fresh = also is not None and kind != LeaveKind.DUTY and not (also.pk in records and _counted_as(records[also.pk]))
    total = sum(session.minutes for session in sessions.values())
    return Missed(total, asked=also.minutes if also and fresh else 0, **minutes)


def _counted_as(record: AttendanceRecord) -> str:
    if record.counts_as_absent:
        return "absent"
    names = {
        AttendanceStatus.ON_LEAVE: "leave",
        AttendanceStatus.ABSENT: "absent",
        AttendanceStatus.OFFICIAL_DUTY: "duty",
    }
    return names.get(AttendanceStatus(record.status), "")
