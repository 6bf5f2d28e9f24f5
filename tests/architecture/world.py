"""A small bureau for the role × route matrix: one person per role, one row of everything that an address can name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import Model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Site, Task, Workflow

from core.models import Material, Picture, Statute, StatuteVersion
from courses.enums import AttendanceStatus
from courses.models import (
    AttendanceRecord,
    ClassSession,
    Correction,
    CoursePage,
    CourseRun,
    Enrolment,
    EvidenceFile,
    LeaveRequest,
    LessonPage,
    Nomination,
    RefusedMark,
    RegisterSeal,
    RollCall,
)
from home.models import NoticePage, SiteDetails
from messaging.enums import ChannelCode, DeliveryState
from messaging.models import Delivery, Message
from people.models import ImportBatch, Profession, Unit, User
from people.roles import BY_CODE
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    NoticePageFactory,
    ProfessionFactory,
    StatuteVersionFactory,
    UnitFactory,
    UserFactory,
    home_page,
)

ROLES = (
    "anonymous", "learner", "stranger", "trainer", "other_trainer",
    "clerk", "other_clerk", "office", "editor", "admin", "bare",
)  # fmt: skip
"""`stranger` and `other_clerk` belong to another unit than `learner`, whose rows the addresses name; `trainer` teaches
the class, `other_trainer` another one; `admin` is a superuser; `bare` may enter the admin and nothing else."""

PUBLIC_ID = UUID(int=7)
PASSWORD = "a-long-word-for-tests"


@dataclass
class World:
    people: dict[str, User | None]
    rows: dict[type[Model], Model]
    revision: Model


def build() -> World:
    """Make the bureau. Rows belong to the learner's unit."""
    home_page()
    call_command("sync_roles", verbosity=0)
    unit, other_unit = UnitFactory(), UnitFactory()
    people = _people(unit, other_unit)
    course = CoursePageFactory(title="公文写作提升班")
    run = CourseRunFactory(course=course, running=True, organiser=unit, trainers=[people["trainer"]])
    CourseRunFactory(running=True, organiser=other_unit, trainers=[people["other_trainer"]])
    enrolment = EnrolmentFactory(run=run, person=people["learner"])
    version = StatuteVersionFactory()
    message = Message.objects.create(person=people["learner"], key="event:1", kind="confirmed", subject="已报名")
    rows = {
        CoursePage: course,
        CourseRun: run,
        LessonPage: LessonPageFactory(parent=course),
        ClassSession: run.sessions.get(),
        Enrolment: enrolment,
        AttendanceRecord: AttendanceRecord.objects.create(
            session=run.sessions.get(),
            enrolment=enrolment,
            status=AttendanceStatus.PRESENT,
            changed_at=run.starts_at,
            changed_by=people["trainer"],
        ),
        RollCall: RollCall.objects.create(session=run.sessions.get(), enrolment=enrolment, drawn_by=people["trainer"]),
        LeaveRequest: LeaveRequest.objects.create(
            session=run.sessions.get(), enrolment=enrolment, kind="private", reason="家中有事"
        ),
        EvidenceFile: EvidenceFile.objects.create(
            file=ContentFile(b"%PDF-1.4", name="note.pdf"), name="证明.pdf", digest="0" * 64, by=people["learner"]
        ),
        RefusedMark: RefusedMark.objects.create(
            session=run.sessions.get(),
            client_id="refused",
            status=AttendanceStatus.PRESENT,
            code="register_closed",
            happened_at=run.starts_at,
            recorded_at=run.starts_at,
            by=people["trainer"],
        ),
        Correction: Correction.objects.create(
            session=run.sessions.get(),
            enrolment=enrolment,
            was=AttendanceStatus.PRESENT,
            status=AttendanceStatus.LATE,
            reason="记错",
            asked_by=people["trainer"],
        ),
        RegisterSeal: RegisterSeal.objects.create(
            run=run,
            session=run.sessions.get(),
            number=1,
            public_id=PUBLIC_ID,
            digest="0" * 64,
            events_count=0,
            by=people["trainer"],
            at=run.starts_at,
        ),
        Nomination: Nomination.objects.create(run=run, unit=unit, drafted_by=people["office"]),
        Unit: unit,
        ImportBatch: ImportBatch.objects.create(kind="people", file_name="花名册.xlsx", by=people["office"]),
        Profession: ProfessionFactory(),
        NoticePage: NoticePageFactory(asks=True, confirm_units=[unit]),
        Message: message,
        Delivery: Delivery.objects.create(message=message, channel=ChannelCode.MAIL, state=DeliveryState.IN_DOUBT),
        StatuteVersion: version,
        Statute: version.statute,
        User: people["learner"],
        Picture: Picture.objects.create(title="封面", file=get_test_image_file(filename="cover.png")),
        Material: Material.objects.create(title="讲义", file=ContentFile(b"text", name="handout.txt")),
        Collection: Collection.get_first_root_node(),
        Group: Group.objects.get(name=BY_CODE["editor"].name),
        Site: Site.objects.get(is_default_site=True),
        SiteDetails: SiteDetails.load(),
        Workflow: Workflow.objects.first() or Workflow.objects.create(name="审稿"),
        Task: Task.objects.first() or Task.objects.create(name="审稿"),
    }
    return World(people=people, rows=rows, revision=course.save_revision())


def _people(unit: Unit, other_unit: Unit) -> dict[str, User | None]:
    def member(role: str, **kwargs: Any) -> User:
        groups = [Group.objects.get(name=BY_CODE[role].name)]
        return UserFactory(groups=groups, **{"unit": unit, "password": PASSWORD, **kwargs})

    makers: dict[str, Callable[[], User | None]] = {
        "anonymous": lambda: None,
        "learner": lambda: member("learner"),
        "stranger": lambda: member("learner", unit=other_unit),
        "trainer": lambda: member("trainer"),
        "other_trainer": lambda: member("trainer", unit=other_unit),
        "clerk": lambda: member("clerk"),
        "other_clerk": lambda: member("clerk", unit=other_unit),
        "office": lambda: member("office"),
        "editor": lambda: member("editor"),
        "admin": lambda: UserFactory(superuser=True, password=PASSWORD),
        "bare": _bare,
    }
    return {role: makers[role]() for role in ROLES}


def _bare() -> User:
    person = UserFactory(password=PASSWORD)
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return person
