"""The shapes of questions and answers. Moments carry their offset; labels are in the reader's language."""

import datetime

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

MOST_PER_PAGE = 100


class Labelled(Schema):
    """A value for programs and its word for people."""

    value: str
    label: str


class Paging(Schema):
    page: int = Field(1, ge=1, le=100_000, description=_("Number of the page, from 1."))
    page_size: int = Field(20, ge=1, le=MOST_PER_PAGE, description=_("Rows on a page, 100 at most."))


class CourseQuery(Paging):
    q: str = Field("", max_length=60, description=_("Words in title, summary or code."))
    state: list[str] = Field([], description=_("State of its classes: open, full, coming, running."))
    free: list[str] = Field([], description=_("1: only courses with free seats."))
    channel: list[str] = Field([], description=_("Category: ideology, law, competence, administration."))
    profession: list[str] = Field([], description=_("Code of a profession."))
    requirement: list[str] = Field([], description=_("compulsory or elective."))
    mode: list[str] = Field([], description=_("onsite or online."))
    month: list[str] = Field([], description=_("Month in which the next class begins, such as 2026-12."))


class RunQuery(Paging):
    course: int | None = Field(None, description=_("Number of the course."))
    state: list[str] = Field([], description=_("State of the class: open, full, coming, awaiting, running and so on."))


class SearchQuery(Paging):
    q: str = Field(min_length=1, max_length=100, description=_("Words to look for; pinyin works too."))
    type: list[str] = Field([], description=_("course, lesson, channel, notice, trainer, page, material."))
    year: list[str] = Field([], description=_("Year of publication."))


class CourseName(Schema):
    id: int
    code: str
    title: str
    url: str


class Run(Schema):
    id: int
    class_no: str
    intake: str
    course: CourseName
    state: Labelled
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    sign_up_opens_at: datetime.datetime | None
    sign_up_closes_at: datetime.datetime | None
    capacity: int
    free_seats: int
    venue: str
    url: str
    calendar_url: str


class Session(Schema):
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    topic: str
    venue: str
    is_cancelled: bool
    trainers: list[str] = Field(description=_("Only those who have a published profile."))


class RunInFull(Run):
    status_reason: str
    sessions: list[Session]


class Course(CourseName):
    summary: str
    category: Labelled
    requirement: Labelled
    mode: Labelled
    hours: float
    has_exam: bool
    audience: str
    professions: list[Labelled]
    published_at: datetime.datetime | None
    next_run: Run | None


class Lesson(Schema):
    title: str
    minutes: int
    url: str


class CourseInFull(Course):
    objectives: list[str]
    lessons: list[Lesson] = Field(description=_("Only those that everybody may read."))
    runs: list[Run]


class Found(Schema):
    title: str
    kind: Labelled
    text: str
    trail: list[str]
    date: datetime.date | None
    url: str


class Page(Schema):
    """One page of a list; `next` and `previous` are addresses."""

    count: int
    next: str | None
    previous: str | None


class Courses(Page):
    results: list[Course]


class Runs(Page):
    results: list[Run]


class Results(Page):
    results: list[Found]
