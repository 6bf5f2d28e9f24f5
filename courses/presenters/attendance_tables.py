"""Attendance as workbooks: one session, as it may be edited and read in again; one class, person by session.

Headings and states are Chinese in every language, as in all tables of the office: the files are official papers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from core.tables.writing import CONTENT_TYPES, Field, write_xlsx
from courses.enums import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from courses.selectors.office import Sheet
from courses.selectors.teaching import Register, RosterRow

_A = AttendanceStatus
WRITTEN = {
    _A.PRESENT: "已到",
    _A.LATE: "迟到",
    _A.LEFT_EARLY: "早退",
    _A.ABSENT: "缺勤",
    _A.ON_LEAVE: "请假",
    _A.OFFICIAL_DUTY: "公差",
    _A.MADE_UP: "补课",
    _A.CLEARED: "",
}
PERSON = (Field("序号", 6), Field("姓名", 12), Field("单位", 30), Field("工号", 14))
SESSION = (
    *PERSON,
    Field("考勤", 10, list(WRITTEN.values())[:6]),
    *(Field(heading, 10) for heading in ("迟到分钟", "早退分钟", "到达", "离开", "计入分钟")),
    Field("备注", 30),
)
HELP = (
    "修改“考勤”“迟到分钟”“早退分钟”“备注”后可在点名页面上传，确认前逐行核对；留空的行不作改动。",
    "“到达”“离开”“计入分钟”由平台计算，上传时不读取。",
)
Rows = Iterable[Sequence[Any]]


def xlsx(name: str, title: str, fields: Sequence[Field], rows: Rows, notes: Sequence[str] = ()) -> HttpResponse:
    """Send a workbook. The headings are Chinese in every language: the files are official papers, and importable."""
    body = write_xlsx(title=title, fields=fields, rows=rows, notes=notes, sheet=name)
    response = HttpResponse(body, content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def session_table(register: Register) -> HttpResponse:
    """The marks of one session: who, what, from when to when, how many minutes count, the note."""
    session = register.session
    start = timezone.localtime(session.starts_at)
    name = f"{session.run.class_no}-{start:%Y%m%d-%H%M}"
    title = f"{session.run.course.title}（{session.run.class_no}）{_stamp(session)} 考勤表"
    return xlsx(name, title, SESSION, map(_marks_of, register.rows), HELP)


def _marks_of(row: RosterRow) -> list[Any]:
    person, record = _of_person(row.number, row.enrolment), row.record
    if record is None or row.status == _A.CLEARED:
        return [*person, "", "", "", "", "", "", record.note if record else ""]
    times = (_clock(record.arrived_at), _clock(record.left_at))
    minutes = (record.minutes_late or "", record.minutes_early or "")
    return [*person, WRITTEN[_A(row.status)], *minutes, *times, record.minutes_earned, record.note]


def class_table(run: CourseRun, sheet: Sheet) -> HttpResponse:
    """Person by session, with the minutes that count; the last column sums them up."""
    fields = [*PERSON, *(Field(_stamp(session), 18) for session in sheet.sessions), Field("计入分钟合计", 14)]
    rows = (
        [*_of_person(number, row.enrolment), *map(_said, row.records), row.minutes]
        for number, row in enumerate(sheet.rows, 1)
    )
    return xlsx(f"{run.class_no}-attendance", f"{run.course.title}（{run.class_no}）考勤汇总表", fields, rows)


def _of_person(number: int, enrolment: Enrolment) -> list[Any]:
    person, unit = enrolment.person, enrolment.unit
    return [number, person.name, unit.name if unit else "", person.work_number or ""]


def _said(record: AttendanceRecord | None) -> str:
    """迟到5分钟"""
    if record is None:
        return ""
    minutes = record.minutes_late + record.minutes_early
    return f"{WRITTEN[_A(record.status)]}{f'{minutes}分钟' if minutes else ''}"


def _stamp(session: ClassSession) -> str:
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"


def _clock(moment: datetime.datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
