"""Make-up (补课): what somebody attended of the same course in another intake, to credit a session that was missed."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.enums import ATTENDED, AttendanceStatus, CorrectionStatus
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, Correction, Enrolment

WAITS_OR_DONE = (CorrectionStatus.ASKED, CorrectionStatus.CONFIRMED)


def is_missed(record: AttendanceRecord | None) -> bool:
    """Whether there is something to make up: absent, on leave, or so late that the session does not count."""
    missed = (AttendanceStatus.ABSENT, AttendanceStatus.ON_LEAVE, AttendanceStatus.OFFICIAL_DUTY)
    return record is not None and (record.status in missed or record.counts_as_absent)


def attended_elsewhere(session: ClassSession, enrolment: Enrolment) -> QuerySet[AttendanceRecord]:
    """Sessions of the same course that the person attended in other classes, the latest first."""
    rows = AttendanceRecord.objects.filter(
        enrolment__person=enrolment.person_id, session__run__course=session.run.course_id,
        status__in=ATTENDED, minutes_earned__gt=0,
    )  # fmt: skip
    return rows.exclude(session__run=session.run_id).select_related("session__run").order_by("-session__starts_at")


def not_credited(records: Iterable[AttendanceRecord], enrolment: Enrolment) -> list[AttendanceRecord]:
    """Those of the records that made nothing good yet. Two queries."""
    made = AttendanceEvent.objects.filter(enrolment__person=enrolment.person_id, status=AttendanceStatus.MADE_UP)
    asked = Correction.objects.filter(
        enrolment__person=enrolment.person_id, status=AttendanceStatus.MADE_UP, state__in=WAITS_OR_DONE
    )
    used = [*made.values_list("note", flat=True), *asked.values_list("reason", flat=True)]
    return [record for record in records if not any(_name(record) in words for words in used)]


def reference(record: AttendanceRecord) -> str:
    """Which session made it good, as it stands in the register: 补课：2026-XZ-01-02 2026-12-03 17:40."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Make-up: %(session)s") % {"session": _name(record)}


def _name(record: AttendanceRecord) -> str:
    session = record.session
    return f"{session.run.class_no} {timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
