"""Rows for tests: one factory per model, states as traits, everything consistent with the invariants.

    UserFactory(unit=unit)                       a person who belongs to that unit; unit=None for nobody's
    CourseRunFactory()                           published, sign-up open, one session in two weeks
    CourseRunFactory(full=True)                  … capacity 1 and that seat taken
    CourseRunFactory(coming=True | closed=True | running=True | finished=True | concluded=True | planned=True …)
    CourseRunFactory(sessions=3, trainers=[t])   three sessions on following days, taught by t
    CourseRunFactory(now=at, running=True)       the states are relative to `now`
    EnrolmentFactory(run=run, person=person)     confirmed; waitlisted=True, requested=True, withdrawn=True

Counters and dates of the run follow; the instance handed in is brought up to date.
"""

import datetime
from typing import Any

import factory
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import F, Max, Min
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site

from core.models import Material, Statute, StatuteVersion
from core.models.media import FileAccess
from courses.enums import HOLDS_SEAT, Category, EnrolmentStatus, Requirement, RunStatus
from courses.models import (
    ChannelPage,
    ClassSession,
    CourseIndexPage,
    CoursePage,
    CourseRun,
    Enrolment,
    EnrolmentEvent,
    LessonPage,
    RunQuota,
)
from home.models import HomePage, NoticeIndexPage, NoticePage, TrainerIndexPage, TrainerPage
from people.enums import ReadingScope, UnitType
from people.models import Membership, PageReader, Profession, Unit, User

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MEMBER_SINCE = datetime.date(2020, 1, 1)


# People


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence("东湾区第{}律师事务所".format)
    short_name = factory.Sequence("第{}律所".format)
    type = UnitType.LAW_FIRM


class ProfessionFactory(DjangoModelFactory):
    class Meta:
        model = Profession

    code = factory.Sequence("profession-{}".format)
    name = factory.Sequence("人员类别{}".format)
    name_en = factory.Sequence("profession {}".format)


class UserFactory(DjangoModelFactory):
    """A person of staff with a unit of their own; sign in with `client.force_login`, or with `password` if given."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("person{}".format)
    name = factory.Sequence("测试人员{}".format)
    password = None
    unit = factory.SubFactory(UnitFactory)

    class Params:
        superuser = factory.Trait(is_superuser=True, is_staff=True)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, unit: Unit | None = None, **kwargs: Any) -> User:
        person = model_class.objects.create_user(*args, **kwargs)
        if unit is not None:
            Membership.objects.create(person=person, unit=unit, start=MEMBER_SINCE)
        return person

    @factory.post_generation
    def professions(self, create: bool, extracted: list[Profession] | None, **kwargs: Any) -> None:
        if extracted:
            self.professions.set(extracted)

    @factory.post_generation
    def groups(self, create: bool, extracted: list[Any] | None, **kwargs: Any) -> None:
        if extracted:
            self.groups.set(extracted)


# Pages


def home_page() -> HomePage:
    """Return the home page of the default site; made on first use, in place of Wagtail's welcome page."""
    home = HomePage.objects.first()
    if home is None:
        home = root_page().add_child(instance=HomePage(title="首页", slug="home-page"))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
        )
    return home


def root_page() -> Page:
    """Return the root of the tree; a test that really commits leaves an emptied database without one."""
    root = Page.get_first_root_node()
    if root is None:
        Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        root = Page.add_root(instance=Page(title="Root", slug="root"))
    return root


def catalogue() -> CourseIndexPage:
    """Return the one catalogue page, at /courses/."""
    index = CourseIndexPage.objects.first()
    return index or home_page().add_child(instance=CourseIndexPage(title="课程中心", slug="courses"))


class PageFactory(DjangoModelFactory):
    """Base: adds the page under `parent`; a page made with live=False is a draft."""

    class Meta:
        abstract = True

    parent: Any = factory.LazyFunction(home_page)

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, parent: Page, **kwargs: Any) -> Page:
        kwargs.setdefault("has_unpublished_changes", not kwargs.get("live", True))
        parent.refresh_from_db()  # treebeard counts children on the instance
        return parent.add_child(instance=model_class(*args, **kwargs))


class ChannelPageFactory(PageFactory):
    class Meta:
        model = ChannelPage

    parent = factory.LazyFunction(catalogue)
    title = factory.Sequence("频道{}".format)
    slug = factory.Sequence("channel-{}".format)


class CoursePageFactory(PageFactory):
    class Meta:
        model = CoursePage
        skip_postgeneration_save = True

    parent = factory.LazyFunction(catalogue)
    title = factory.Sequence("公文写作提升班{}".format)
    slug = factory.Sequence("course-{}".format)
    code = factory.Sequence("T-{:06}".format)
    category = Category.COMPETENCE
    requirement = Requirement.ELECTIVE
    hours = 4
    summary = "常用公文怎么写，怎么改。"

    @factory.post_generation
    def professions(self, create: bool, extracted: list[Profession] | None, **kwargs: Any) -> None:
        if extracted:
            self.professions.set(extracted)
            self.save()


class LessonPageFactory(PageFactory):
    class Meta:
        model = LessonPage

    parent = factory.SubFactory(CoursePageFactory)
    title = factory.Sequence("课时{}".format)
    slug = factory.Sequence("lesson-{}".format)


# The site's own pages


def notice_index() -> NoticeIndexPage:
    """Return the one list of notices, at /notices/."""
    index = NoticeIndexPage.objects.first()
    return index or home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))


def trainer_index() -> TrainerIndexPage:
    """Return the one list of trainers, at /trainers/."""
    index = TrainerIndexPage.objects.first()
    return index or home_page().add_child(instance=TrainerIndexPage(title="师资", slug="trainers"))


class NoticePageFactory(PageFactory):
    """A notice; asks=True asks everybody to confirm, or `confirm_units` and `confirm_professions` alone."""

    class Meta:
        model = NoticePage
        skip_postgeneration_save = True

    class Params:
        asks = factory.Trait(confirm_required=True)

    parent = factory.LazyFunction(notice_index)
    title = factory.Sequence("关于第{}期培训的通知".format)
    slug = factory.Sequence("notice-{}".format)

    @factory.post_generation
    def professions(self, create: bool, extracted: list[Profession] | None, **kwargs: Any) -> None:
        _set_and_save(self, "professions", extracted)

    @factory.post_generation
    def confirm_units(self, create: bool, extracted: list[Unit] | None, **kwargs: Any) -> None:
        _set_and_save(self, "confirm_units", extracted)

    @factory.post_generation
    def confirm_professions(self, create: bool, extracted: list[Profession] | None, **kwargs: Any) -> None:
        _set_and_save(self, "confirm_professions", extracted)


def _set_and_save(page: Any, name: str, rows: list[Any] | None) -> None:
    if rows:
        getattr(page, name).set(rows)
        page.save()


class TrainerPageFactory(PageFactory):
    class Meta:
        model = TrainerPage

    parent = factory.LazyFunction(trainer_index)
    title = factory.Sequence("教师{}".format)
    slug = factory.Sequence("trainer-{}".format)


class MaterialFactory(DjangoModelFactory):
    """A small file that everybody may open."""

    class Meta:
        model = Material

    title = factory.Sequence("讲义{}".format)
    file = factory.LazyFunction(lambda: ContentFile("内容".encode(), name="handout.txt"))
    access = FileAccess.PUBLIC


class StatuteFactory(DjangoModelFactory):
    class Meta:
        model = Statute

    name = factory.Sequence("中华人民共和国某某法{}".format)


class StatuteVersionFactory(DjangoModelFactory):
    class Meta:
        model = StatuteVersion

    statute = factory.SubFactory(StatuteFactory)
    label = factory.Sequence("第{}版".format)
    in_force_from = datetime.date(2020, 1, 1)


def close_to(page: Page, *, unit: Unit | None = None, person: User | None = None) -> Page:
    """Let only a unit, one person, or (without either) everybody who is signed in read the page."""
    scope = ReadingScope.UNIT if unit else ReadingScope.PERSON if person else ReadingScope.MEMBERS
    PageReader.objects.create(page_id=page.pk, scope=scope, unit=unit, person=person)
    return page


# Runs and sessions


class CourseRunFactory(DjangoModelFactory):
    class Meta:
        model = CourseRun
        skip_postgeneration_save = True

    class Params:
        now = factory.LazyFunction(timezone.now)
        full = factory.Trait(capacity=1, fill=True)
        coming = factory.Trait(sign_up_opens_at=factory.LazyAttribute(lambda run: run.now + DAY))
        closed = factory.Trait(sign_up_closes_at=factory.LazyAttribute(lambda run: run.now - HOUR))
        running = factory.Trait(starts_at=factory.LazyAttribute(lambda run: run.now - HOUR))
        finished = factory.Trait(starts_at=factory.LazyAttribute(lambda run: run.now - 10 * DAY))
        concluded = factory.Trait(finished=True, status=RunStatus.CONCLUDED)
        archived = factory.Trait(finished=True, status=RunStatus.ARCHIVED)
        planned = factory.Trait(status=RunStatus.PLANNED)
        ready = factory.Trait(status=RunStatus.READY)
        postponed = factory.Trait(status=RunStatus.POSTPONED, status_reason="教师临时出差")
        cancelled = factory.Trait(status=RunStatus.CANCELLED, status_reason="报名人数不足")

    course = factory.SubFactory(CoursePageFactory)
    class_no = factory.LazyAttributeSequence(lambda run, n: f"{run.year}-T-{n:04}")
    year = factory.LazyAttribute(lambda run: timezone.localtime(run.now).year)
    intake_no = factory.Sequence(lambda n: n + 1)
    status = RunStatus.PUBLISHED
    starts_at = factory.LazyAttribute(lambda run: run.now + 14 * DAY)
    ends_at = factory.LazyAttribute(lambda run: run.starts_at + 2 * HOUR)
    sign_up_opens_at = factory.LazyAttribute(lambda run: min(run.now, run.starts_at) - 7 * DAY)
    sign_up_closes_at = factory.LazyAttribute(lambda run: run.starts_at - DAY)
    capacity = 20
    venue = "三楼会议室"
    organiser = factory.SubFactory(UnitFactory, type=UnitType.SECTION)
    fill = False

    @classmethod
    def _create(cls, model_class: type[CourseRun], *args: Any, fill: bool, **kwargs: Any) -> CourseRun:
        run = model_class.objects.create(*args, **kwargs)
        for _ in range(run.capacity if fill else 0):
            EnrolmentFactory(run=run)
        return run

    @factory.post_generation
    def sessions(self, create: bool, extracted: int | None, **kwargs: Any) -> None:
        for number in range(1 if extracted is None else extracted):
            start, end = self.starts_at + number * DAY, self.starts_at + number * DAY + 2 * HOUR
            ClassSession.objects.create(run=self, starts_at=start, ends_at=end)
        _follow_sessions(self)

    @factory.post_generation
    def trainers(self, create: bool, extracted: list[User] | None, **kwargs: Any) -> None:
        for session in self.sessions.all() if extracted else []:
            session.trainers.set(extracted)

    @factory.post_generation
    def units(self, create: bool, extracted: list[Unit] | None, **kwargs: Any) -> None:
        if extracted:
            self.units.set(extracted)

    @factory.post_generation
    def professions(self, create: bool, extracted: list[Profession] | None, **kwargs: Any) -> None:
        if extracted:
            self.professions.set(extracted)


def _follow_sessions(run: CourseRun) -> None:
    """Let the run begin with its first session and end with its last, as `services.schedule` does."""
    span = run.sessions.held().aggregate(starts_at=Min("starts_at"), ends_at=Max("ends_at"))
    if span["starts_at"]:
        run.starts_at, run.ends_at = span["starts_at"], span["ends_at"]
        run.save(update_fields=["starts_at", "ends_at"])


class ClassSessionFactory(DjangoModelFactory):
    """One more session, a day after the run's last one unless `starts_at` says otherwise."""

    class Meta:
        model = ClassSession
        skip_postgeneration_save = True

    run = factory.SubFactory(CourseRunFactory, sessions=0)
    starts_at = factory.LazyAttribute(lambda session: _next_start(session.run))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + 2 * HOUR)

    @factory.post_generation
    def trainers(self, create: bool, extracted: list[User] | None, **kwargs: Any) -> None:
        if extracted:
            self.trainers.set(extracted)

    @classmethod
    def _after_postgeneration(cls, instance: ClassSession, create: bool, results: Any = None) -> None:
        _follow_sessions(instance.run)


def _next_start(run: CourseRun) -> datetime.datetime:
    last = run.sessions.last()
    return last.starts_at + DAY if last else run.starts_at


# Sign-up


class EnrolmentFactory(DjangoModelFactory):
    """An enrolment with its event; seats, queue and tickets of the run move with it."""

    class Meta:
        model = Enrolment
        skip_postgeneration_save = True

    class Params:
        requested = factory.Trait(status=EnrolmentStatus.REQUESTED)
        waitlisted = factory.Trait(status=EnrolmentStatus.WAITLISTED)
        withdrawn = factory.Trait(status=EnrolmentStatus.WITHDRAWN)
        declined = factory.Trait(status=EnrolmentStatus.DECLINED)
        completed = factory.Trait(status=EnrolmentStatus.COMPLETED)
        offered = factory.Trait(
            status=EnrolmentStatus.OFFERED,
            offer_expires_at=factory.LazyFunction(lambda: timezone.now() + DAY),
        )

    run = factory.SubFactory(CourseRunFactory)
    person = factory.SubFactory(UserFactory)
    unit = factory.LazyAttribute(lambda enrolment: enrolment.person.unit)
    status = EnrolmentStatus.CONFIRMED

    @classmethod
    def _create(cls, model_class: type[Enrolment], *args: Any, run: CourseRun, status: str, **kwargs: Any) -> Enrolment:
        _move_counters(run, status)
        ticket = run.tickets_issued if status == EnrolmentStatus.WAITLISTED else None
        enrolment = model_class.objects.create(*args, run=run, status=status, ticket=ticket, **kwargs)
        _move_kept(enrolment)
        EnrolmentEvent.objects.create(
            enrolment=enrolment, to_status=status, at=enrolment.created_at, by=enrolment.person
        )
        return enrolment


def _move_kept(enrolment: Enrolment) -> None:
    """A seat of a quota or of the reserve is no longer kept."""
    if enrolment.holds_seat and (enrolment.quota_id or enrolment.from_reserve):
        RunQuota.objects.filter(pk=enrolment.quota_id).update(taken=F("taken") + 1)
        CourseRun.objects.filter(pk=enrolment.run_id).update(seats_held=F("seats_held") - 1)
        enrolment.run.refresh_from_db(fields=["seats_held"])


class RunQuotaFactory(DjangoModelFactory):
    """A quota; the seats are kept at the run."""

    class Meta:
        model = RunQuota

    run = factory.SubFactory(CourseRunFactory)
    unit = factory.SubFactory(UnitFactory)
    seats = 2

    @classmethod
    def _create(cls, model_class: type[RunQuota], *args: Any, run: CourseRun, seats: int, **kwargs: Any) -> RunQuota:
        CourseRun.objects.filter(pk=run.pk).update(seats_held=F("seats_held") + seats)
        run.refresh_from_db(fields=["seats_held"])
        return model_class.objects.create(*args, run=run, seats=seats, **kwargs)


def _move_counters(run: CourseRun, status: str) -> None:
    waits = status == EnrolmentStatus.WAITLISTED
    CourseRun.objects.filter(pk=run.pk).update(
        seats_taken=F("seats_taken") + int(status in HOLDS_SEAT),
        queue_length=F("queue_length") + int(waits),
        tickets_issued=F("tickets_issued") + int(waits),
    )
    run.refresh_from_db(fields=["seats_taken", "queue_length", "tickets_issued"])
