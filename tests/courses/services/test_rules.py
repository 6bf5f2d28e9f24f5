"""The rules that came with nominations, prerequisites and timetables; the first ones are in test_enrolment."""

import datetime

import pytest

from courses.errors import EnrolmentRefused
from courses.models import BusyTime, ClassSession, CoursePrerequisite
from courses.services.enrolment import enrol, verdict, verdicts
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, RunQuotaFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def codes(person, run, **kwargs) -> list[str]:
    return [reason.code for reason in verdict(person=person, run=run, **kwargs).reasons]


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def office():
    return UserFactory(superuser=True)


def test_units_nominate_and_the_office_may_set_that_aside(person, office):
    run = CourseRunFactory(nomination_only=True)
    assert codes(person, run) == ["nomination_only"]
    with pytest.raises(EnrolmentRefused):
        enrol(person=person, run=run, by=person)
    row = enrol(person=person, run=run, by=office)
    assert (row.status, row.way, row.events.get().reason) == (
        "confirmed",
        "direct",
        "本班由单位报送名单，请联系本单位联络员。",
    )


def test_a_nomination_waits_for_a_decision_whatever_the_class_asks(person):
    judged = verdict(person=person, run=CourseRunFactory(nomination_only=True, full=True), way="nominated")
    assert (judged.allowed, [reason.code for reason in judged.reasons]) == (True, ["nomination_only"])


def test_a_course_that_comes_first_must_be_completed(person):
    first = CoursePageFactory(title="公文写作")
    run = CourseRunFactory()
    CoursePrerequisite.objects.create(page=run.course, course=first)
    taken = EnrolmentFactory(person=person, run=CourseRunFactory(course=first, finished=True))
    judged = verdict(person=person, run=run)
    assert [(reason.code, "公文写作" in reason.message) for reason in judged.reasons] == [("prerequisite", True)]
    type(taken).objects.filter(pk=taken.pk).update(status="completed")
    assert codes(person, run) == []


def test_credit_hours_of_the_same_year_must_be_there(person):
    run = CourseRunFactory(course__prior_hours=4)
    other_year = CourseRunFactory(course__hours=9, finished=True, year=run.year - 1)
    this_year = CourseRunFactory(course__hours=3, finished=True, year=run.year)
    for earlier in (other_year, this_year):
        EnrolmentFactory(person=person, run=earlier, completed=True)
    assert codes(person, run) == ["prior_hours"]
    EnrolmentFactory(person=person, run=CourseRunFactory(course__hours=1, finished=True, year=run.year), completed=True)
    assert codes(person, run) == []


def test_once_a_year_if_the_class_says_so(person):
    held = EnrolmentFactory(person=person, run=CourseRunFactory(concluded=True))
    again = CourseRunFactory(course=held.run.course, year=held.run.year, once_a_year=True)
    free = CourseRunFactory(course=held.run.course, year=held.run.year)
    next_year = CourseRunFactory(course=held.run.course, year=held.run.year + 1, once_a_year=True)
    assert [codes(person, run) for run in (again, free, next_year)] == [["once_a_year"], [], []]
    type(held.run).objects.filter(pk=held.run_id).update(status="cancelled", status_reason="人数不足")
    assert codes(person, again) == []


def test_who_teaches_at_that_hour_does_not_sit_elsewhere(person):
    run = CourseRunFactory()
    taught = CourseRunFactory(starts_at=run.starts_at + HOUR)
    ClassSession.objects.get(run=taught).trainers.add(person)
    assert codes(person, run) == ["teaching"]
    assert codes(UserFactory(), run) == []


def test_a_clash_names_the_other_class(person):
    run = CourseRunFactory()
    own = EnrolmentFactory(person=person, run=CourseRunFactory(starts_at=run.starts_at, course__title="保密教育"))
    (reason,) = verdict(person=person, run=run).reasons
    assert (reason.code, own.run.course.title in reason.message) == ("clash", True)


def test_an_engagement_warns(person):
    run = CourseRunFactory()
    BusyTime.objects.create(person=person, kind="duty", starts_at=run.starts_at, ends_at=run.starts_at + HOUR)
    BusyTime.objects.create(person=UserFactory(), starts_at=run.starts_at, ends_at=run.starts_at + HOUR)
    judged = verdict(person=person, run=run)
    assert (judged.allowed, [one.code for one in judged.warnings], judged.reasons) == (True, ["busy"], [])


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_of_classes_takes_five_queries_at_most(person, count, django_assert_num_queries):
    runs = [CourseRunFactory() for _ in range(count)]
    for run in runs:
        run.units.add(person.unit)
        RunQuotaFactory(run=run, unit=person.unit)
        CoursePrerequisite.objects.create(page=run.course, course=CoursePageFactory())
    EnrolmentFactory(person=person)
    BusyTime.objects.create(person=person, starts_at=runs[0].starts_at, ends_at=runs[0].starts_at + HOUR)
    with django_assert_num_queries(5):
        verdicts(person=person, runs=runs)
