"""Attendance of every session before the load day: nearly everybody present, a few exceptions, the cases exactly."""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING, Any

from courses.enums import AttendanceStatus
from courses.models import ClassSession, CourseRun, Enrolment
from courses.services.attendance import close_register, mark
from home.demo import chance
from people.models import User

if TYPE_CHECKING:
    from home.demo.runs import Plan

_A = AttendanceStatus
MINUTE = datetime.timedelta(minutes=1)
SHARES = (0.03, 0.08)  # of a roster that is not simply present
EXCEPTIONS = {_A.LATE: 6, _A.ON_LEAVE: 4, _A.OFFICIAL_DUTY: 4, _A.LEFT_EARLY: 2, _A.ABSENT: 1}
NOTES = {
    _A.ON_LEAVE: ["事假", "病假", "家中有事，已事先请假"],
    _A.OFFICIAL_DUTY: ["参加区里会议", "现场处置纠纷", "值班"],
    _A.LEFT_EARLY: ["接到调解任务先行离开"],
    _A.LATE: ["路上堵车", "会议延迟结束", ""],
    _A.ABSENT: [""],
}
# The cases: (course, number of the session, work number) → mark; minutes are how long before the end he leaves.
CASES: dict[tuple[str, int, str], dict[str, Any]] = {
    ("FL-05", 3, "DW0040"): {"status": _A.PRESENT},
    ("TJ-01", 1, "DW0040"): {"status": _A.OFFICIAL_DUTY, "note": "当晚参加行政执法“三项制度”班第3次课"},
    ("TJ-01", 2, "DW0140"): {"status": _A.ON_LEAVE, "note": "事假，请假90分钟"},
    ("TJ-01", 4, "DW0140"): {"status": _A.LEFT_EARLY, "minutes": 72, "note": "事假，最后72分钟请假"},
}
STEADY = {course_person for course, _, work_no in CASES for course_person in [(course, work_no)]}


def load(plan: Plan, run: CourseRun) -> None:
    """Mark all sessions that were held before the load day, and close their registers.

    Of a class that is not concluded the last register stays open: somebody has yet to close it.
    """
    held = [
        session
        for session, offset in zip(run.sessions.order_by("starts_at"), plan.row.offsets, strict=True)
        if offset < 0
    ]
    for number, session in enumerate(held, start=1):
        roster = list(Enrolment.objects.on_roster().filter(run=run).select_related("person"))
        trainer = _mark_session(plan.row.course_code, number, session, roster)
        if "conclude" in plan.steps or session is not held[-1]:
            close_register(session=session, by=trainer, at=session.ends_at + 5 * MINUTE)


def _mark_session(course: str, number: int, session: ClassSession, roster: list[Enrolment]) -> User:
    rng = chance.stream(f"attendance {course} {number}")
    absent = _exceptions(course, roster, rng)
    marks = []
    for enrolment in roster:
        work_no = enrolment.person.work_number or ""
        given = CASES.get((course, number, work_no))
        entry = _case(session, given) if given else _entry(session, absent.get(enrolment.pk, _A.PRESENT), rng)
        marks.append({**entry, "enrolment": enrolment, "client_id": f"demo-{work_no}"})
    trainer = session.trainers.order_by("pk").first()
    assert trainer is not None  # noqa: S101 - every demo session has one
    mark(session=session, marks=marks, by=trainer, at=session.ends_at + 3 * MINUTE)
    return trainer


def _exceptions(course: str, roster: list[Enrolment], rng: random.Random) -> dict[int, AttendanceStatus]:
    count = max(1, round(len(roster) * rng.uniform(*SHARES)))
    ordinary = [one.pk for one in roster if (course, one.person.work_number) not in STEADY]
    kinds = rng.choices(list(EXCEPTIONS), weights=list(EXCEPTIONS.values()), k=count)
    return dict(zip(rng.sample(ordinary, count), kinds, strict=True))


def _entry(session: ClassSession, status: AttendanceStatus, rng: random.Random) -> dict[str, Any]:
    note = rng.choice(NOTES[status]) if status in NOTES else ""
    return {"status": status, "note": note, "happened_at": _happened_at(session, status, rng)}


def _happened_at(session: ClassSession, status: AttendanceStatus, rng: random.Random) -> datetime.datetime:
    if status == _A.LATE:
        return session.starts_at + rng.randint(3, 18) * MINUTE
    if status == _A.LEFT_EARLY:
        return session.ends_at - rng.randint(5, 25) * MINUTE
    if status == _A.PRESENT:
        return session.starts_at - rng.randint(1, 14) * MINUTE
    return session.starts_at


def _case(session: ClassSession, given: dict[str, Any]) -> dict[str, Any]:
    at = session.ends_at - given["minutes"] * MINUTE if "minutes" in given else session.starts_at
    return {"status": given["status"], "note": given.get("note", ""), "happened_at": at}
