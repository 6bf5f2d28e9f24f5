"""A load on the anchor day gives exactly what the files print."""

import datetime
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from core.invariants import faults
from courses.enums import (
    AttendanceStatus,
    CorrectionStatus,
    EnrolmentStatus,
    LeaveStatus,
    LessonAccess,
    RunState,
    RunStatus,
)
from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    ClassSession,
    Correction,
    CoursePage,
    CourseRun,
    Enrolment,
    EnrolmentEvent,
    LeaveRequest,
    LessonPage,
    Nomination,
)
from courses.services.enrolment import verdicts
from courses.services.facts import read_facts
from courses.services.rules import right_profession, right_unit
from home.demo import source
from home.models import NoticePage, StandardPage
from people.models import Unit, User
from people.roles import BY_CODE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("anchor"), pytest.mark.xdist_group("demo_anchor")]
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
OWN_APPS = ("core", "people", "courses", "home", "wagtailcore", "wagtailimages", "wagtaildocs", "auth")


def run_of(code: str) -> CourseRun:
    return CourseRun.objects.get(course__code=code)


def person(work_no: str) -> User:
    return User.objects.get(work_number=work_no)


def record(code: str, number: int, work_no: str) -> AttendanceRecord:
    session = run_of(code).sessions.order_by("starts_at")[number - 1]
    return AttendanceRecord.objects.get(session=session, enrolment__person__work_number=work_no)


def snapshot() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for app in OWN_APPS
        for model in apps.get_app_config(app).get_models()
    }


def test_counts() -> None:
    counts = [model.objects.count() for model in (Unit, User, CourseRun)]
    assert counts == [42, 181, 16]
    assert CoursePage.objects.live().count() == 34
    assert NoticePage.objects.live().count() == 9
    assert set(StandardPage.objects.live().values_list("slug", flat=True)) == {"help", "privacy"}


@pytest.mark.parametrize("row", source.rows("runs"), ids=lambda row: row["class_no"])
def test_dates_are_those_in_the_file(row: dict[str, str]) -> None:
    run = CourseRun.objects.get(class_no=row["class_no"])
    sessions = [
        (timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)) for session in run.sessions.all()
    ]
    assert [f"{begin:%Y-%m-%d}" for begin, _ in sessions] == row["session_dates"].split("|")
    assert {f"{begin:%H:%M}-{end:%H:%M}" for begin, end in sessions} == {row["time"]}
    assert (run.venue, run.capacity) == (row["venue"], int(row["capacity"]))
    assert f"{run.year}年第{run.intake_no}期" == row["intake"]


def test_states() -> None:
    found = {run.class_no: run.state(NOON) for run in CourseRun.objects.all()}
    words = {
        "已归档": RunState.ARCHIVED, "已结业": RunState.CONCLUDED, "考核中": RunState.ASSESSING,
        "开班中": RunState.RUNNING, "待开班": RunState.AWAITING, "报名中": RunState.OPEN,
        "名额已满(候补)": RunState.FULL, "待发布": RunState.READY, "计划": RunState.PLANNED,
    }  # fmt: skip
    assert found == {row["class_no"]: words[row["status"]] for row in source.rows("runs")}


@pytest.mark.parametrize("row", source.rows("people_cases"), ids=lambda row: row["case_id"])
def test_cases_are_as_given(row: dict[str, str]) -> None:
    found = person(row["work_no"])
    assert (found.name, found.pinyin, found.initials) == (row["name"], row["pinyin"], row["initials"])
    assert (found.licence_number, bool(found.phone)) == (row["licence_no"], row["phone"] == "masked")
    assert str(found.unit_on(NOON.date())) == row["unit"]
    assert set(found.professions.values_list("name", flat=True)) == set(row["professions"].split(";"))


def test_everybody_else_cannot_sign_in() -> None:
    logins = {found.username for found in User.objects.all() if found.has_usable_password()}
    assert logins == set(source.text("accounts"))


def test_full_class_has_its_waiting_list() -> None:
    run = run_of("JC-01")
    assert (run.seats_taken, run.queue_length) == (40, 6)
    assert [row.place for row in Enrolment.objects.filter(run=run).waiting().with_place()] == [1, 2, 3, 4, 5, 6]
    eligible = 0
    for one in User.objects.all():
        facts = read_facts(one, [run], NOON)
        eligible += right_profession(facts, run) is None and right_unit(facts, run) is None
    assert eligible == 48


def test_person_in_two_classes_of_one_evening_is_present_at_one() -> None:
    assert record("FL-05", 3, "DW0040").status == AttendanceStatus.PRESENT
    assert record("TJ-01", 1, "DW0040").status == AttendanceStatus.OFFICIAL_DUTY
    noted = EnrolmentEvent.objects.get(enrolment__person__work_number="DW0040", enrolment__run=run_of("TJ-01"))
    assert noted.by is not None
    assert (noted.by.username, bool(noted.reason)) == ("office", True)


def test_leave_above_a_seventh() -> None:
    second, fourth = record("TJ-01", 2, "DW0140"), record("TJ-01", 4, "DW0140")
    assert (second.status, second.minutes_earned) == (AttendanceStatus.ON_LEAVE, 0)
    assert (fourth.status, fourth.minutes_early) == (AttendanceStatus.LEFT_EARLY, 72)
    assert Enrolment.objects.filter(person=person("DW0140"), run=run_of("XZ-02"), status="confirmed").exists()


def test_joined_and_moved() -> None:
    assert person("DW0023").joined_on == datetime.date(2026, 11, 5)
    memberships = person("DW0056").memberships.order_by("start").values_list("unit__name", "end")
    assert list(memberships) == [("柳林街道司法所", datetime.date(2026, 6, 30)), ("新城街道司法所", None)]
    assert person("DW0056").unit_on(datetime.date(2026, 7, 1)).name == "新城街道司法所"


def test_sessions_of_the_past_are_marked_and_no_others() -> None:
    for session in ClassSession.objects.select_related("run"):
        roster = Enrolment.objects.on_roster().filter(run=session.run).count()
        granted = LeaveRequest.objects.filter(session=session, status=LeaveStatus.GRANTED).count()
        expected = roster if session.starts_at < NOON else granted
        assert session.attendance_records.count() == expected
    assert not AttendanceEvent.objects.filter(recorded_at__gt=NOON).exists()


def test_registers_of_the_past_are_closed_but_the_last_of_a_class_that_goes_on() -> None:
    held = ClassSession.objects.filter(starts_at__lt=NOON)
    still_open = held.filter(closed_at__isnull=True).order_by("starts_at")
    assert [session.run.course.code for session in still_open] == ["FL-05", "TJ-01"]
    assert not ClassSession.objects.filter(starts_at__gte=NOON, closed_at__isnull=False).exists()


def test_leave_and_a_correction_wait_for_somebody() -> None:
    statuses = LeaveRequest.objects.order_by("status").values_list("status", "session__run__course__code")
    assert list(statuses) == [(LeaveStatus.ASKED, "XZ-02"), (LeaveStatus.GRANTED, "XZ-02")]
    correction = Correction.objects.get()
    assert (correction.state, correction.session.run.course.code) == (CorrectionStatus.ASKED, "XZ-01")


def test_few_people_are_not_simply_present() -> None:
    statuses = Counter(AttendanceRecord.objects.values_list("status", flat=True))
    exceptions = 1 - statuses[AttendanceStatus.PRESENT] / statuses.total()
    assert 0.03 <= exceptions <= 0.08
    assert set(statuses) == set(AttendanceStatus.values) - {AttendanceStatus.MADE_UP, AttendanceStatus.CLEARED}


def test_trainer_teaches_today() -> None:
    session = ClassSession.objects.get(run=run_of("TJ-01"), starts_at__date=NOON.date())
    assert session.trainers.filter(username="trainer").exists()
    assert Enrolment.objects.on_roster().filter(run=session.run).count() == 41
    assert f"{timezone.localtime(session.starts_at):%H:%M}" == "17:40"


def test_learner_can_sign_up_at_once() -> None:
    learner = User.objects.get(username="learner")
    published = CourseRun.objects.filter(status=RunStatus.PUBLISHED)
    found = {
        run.course.code: verdict
        for run in published.select_related("course")
        for verdict in [verdicts(person=learner, runs=[run], at=NOON)[run.pk]]
    }
    at_once = {code for code, verdict in found.items() if verdict.outcome == EnrolmentStatus.CONFIRMED}
    assert at_once == {"FL-01", "FL-02", "FY-01"}
    own = {code: verdict.enrolment.status for code, verdict in found.items() if verdict.enrolment}
    assert own == {"XZ-02": EnrolmentStatus.CONFIRMED, "JC-01": EnrolmentStatus.WAITLISTED}
    assert AttendanceRecord.objects.filter(enrolment__person=learner).count() >= 5


def test_clerk_looks_after_a_unit_with_units_below() -> None:
    unit = User.objects.get(username="clerk").unit
    assert unit is not None
    assert unit.children.count() == 1


def test_roles_of_the_accounts() -> None:
    duties = {BY_CODE["trainer"].name, BY_CODE["supervisor"].name}
    others = User.objects.filter(groups__in=Group.objects.exclude(name__in=duties))
    assert set(others.values_list("username", flat=True)) == set(source.text("accounts")) - {"trainer"}
    teaching = User.objects.filter(groups__name=BY_CODE["trainer"].name)
    assert set(teaching) == set(User.objects.filter(taught_sessions__isnull=False))
    supervising = User.objects.filter(groups__name=BY_CODE["supervisor"].name)
    assert set(supervising) == set(User.objects.filter(supervised_runs__isnull=False))
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


@pytest.mark.parametrize("model", [CoursePage, LessonPage, NoticePage, StandardPage])
def test_bodies_would_pass_the_editor(model: type) -> None:
    for page in model.objects.all():
        page.full_clean()
        page.body.stream_block.clean(page.body)


def test_lessons_have_every_kind_of_block_and_access() -> None:
    kinds = {block.block_type for lesson in LessonPage.objects.all() for block in lesson.body}
    assert kinds == {
        "heading",
        "text",
        "statute",
        "callout",
        "key_points",
        "table",
        "image",
        "document",
        "video",
        "audio",
    }
    assert set(LessonPage.objects.values_list("access", flat=True)) == set(LessonAccess.values)


def test_daily_study_is_read_in_spite_of_its_columns() -> None:
    course = CoursePage.objects.get(code="ZZ-04")
    assert (course.hours, course.slug, course.get_url()) == (1, "zz-04", "/courses/zz-04/")


def test_every_course_has_a_cover_with_a_description() -> None:
    covers = [course.cover for course in CoursePage.objects.select_related("cover")]
    assert len({cover.pk for cover in covers}) == 34
    assert all(cover.description and cover.has_focal_point() for cover in covers)


def test_pages_can_be_found() -> None:
    assert "XZ-02" in [course.code for course in CoursePage.objects.search("保密知识培训班")]


def test_invariants_hold() -> None:
    assert list(faults()) == []


def test_second_load_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot()
    call_command("load_demo", today=datetime.date(2026, 12, 24))
    assert snapshot() == before
    assert "2026-11-23" in capsys.readouterr().out


def test_if_empty_only_prints_the_logins(capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot()
    call_command("load_demo", if_empty=True)
    assert snapshot() == before
    assert "贺长顺" in capsys.readouterr().out


def test_seats_are_kept_for_units_as_the_file_says() -> None:
    run = run_of("FL-02")
    rows = [row for row in source.rows("quotas") if row["unit"] != "预留"]
    kept = {(row.unit.name, row.profession.name if row.profession else ""): row.seats for row in run.quotas.all()}
    assert kept == {(row["unit"], row["profession"]): int(row["quota"]) for row in rows}
    assert (run.reserve, sum(kept.values()) + run.reserve) == (3, run.capacity)
    assert (run.seats_taken, run.seats_held) == (42, run.capacity - 42)


def test_one_list_is_drawn_up_and_one_handed_in() -> None:
    lists = {row.run.course.code: row for row in Nomination.objects.all()}
    assert {code: row.status for code, row in lists.items()} == {"FL-02": "draft", "FL-01": "submitted"}
    assert [row.status for row in lists["FL-01"].enrolments.all()] == ["requested", "requested"]
    assert {(row.drafted_by.username, row.unit.name) for row in lists.values()} == {("clerk", "和平街道司法所")}
    head = lists["FL-01"].signed_by
    assert head is not None
    assert (head.username, head.unit) == ("unit-head", lists["FL-01"].unit)


def test_one_class_is_below_its_minimum() -> None:
    assert [run.course.code for run in CourseRun.objects.filter(below_minimum_at__isnull=False)] == ["XZ-02"]
