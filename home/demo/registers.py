"""What waits around registers: leave asked for, leave granted, a correction that waits for its second person."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F

from courses.enums import AttendanceStatus, EnrolmentStatus, LeaveKind, RunStatus
from courses.models import AttendanceRecord, ClassSession, Correction, Enrolment, LeaveRequest
from courses.selectors.leave import deciders
from courses.services import leave
from courses.services.corrections import ask_correction
from home.demo.workdays import Workdays

SOON, DONE = "XZ-02", "XZ-01"  # a class that begins after the load day, and one that is concluded
ASKED_AT, GRANTED_AT = datetime.time(9, 20), datetime.time(14, 5)

REASONS = ((LeaveKind.DUTY, "当晚参加区里信访联席会议"), (LeaveKind.PRIVATE, "陪同家人就医"))


@transaction.atomic
def load_registers(days: Workdays) -> int:
    """Ask for leave twice and grant it once; ask for one correction. Return how many were made."""
    if LeaveRequest.objects.exists() or Correction.objects.exists():
        return 0
    return _leave(days) + _correction(days)


def _leave(days: Workdays) -> int:
    session = ClassSession.objects.filter(run__course__code=SOON, run__status=RunStatus.PUBLISHED).first()
    if session is None:
        return 0
    rows = Enrolment.objects.filter(run=session.run_id, status=EnrolmentStatus.CONFIRMED).select_related("person")
    ordinary = rows.filter(person__username=F("person__work_number"))  # the accounts of the tour ask by themselves
    people = [row.person for row in ordinary.order_by("person__work_number")[:2]]
    at = days.at(-1, ASKED_AT)
    asked = [
        leave.ask(person=person, session=session, kind=kind, reason=reason, at=at)
        for person, (kind, reason) in zip(people, REASONS, strict=True)
    ]
    leave.grant(request=asked[0], by=deciders(asked[0])[0], answer="同意，请会后补学。", at=days.at(-1, GRANTED_AT))
    return len(asked)


def _correction(days: Workdays) -> int:
    """Somebody who is down as absent or away has signed the sheet; the trainer asks, nobody has confirmed yet."""
    rows = AttendanceRecord.objects.filter(session__run__course__code=DONE, session__closed_at__isnull=False)
    away = rows.filter(status__in=(AttendanceStatus.ABSENT, AttendanceStatus.ON_LEAVE, AttendanceStatus.LATE))
    record = away.select_related("session", "enrolment").order_by(
        "session__starts_at", "enrolment__person__work_number"
    )
    found = record.first()
    if found is None:
        return 0
    ask_correction(
        session=found.session, enrolment=found.enrolment, status=AttendanceStatus.PRESENT, at=days.at(-1, ASKED_AT),
        reason="签到表上有本人按时签到的签名", by=found.session.trainers.order_by("pk")[0],
    )  # fmt: skip
    return 1
