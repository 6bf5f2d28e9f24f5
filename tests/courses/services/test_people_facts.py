"""Many people judged at once are judged as each one alone."""

import datetime

import pytest
from django.utils import timezone

from courses.enums import Way
from courses.models import BusyTime
from courses.services.enrolment import verdict, verdicts_for_people
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def told(judged):
    """What a verdict says, without engagements, which stay with the person."""
    return (
        judged.allowed, judged.outcome, judged.reasons, judged.ahead, judged.enrolment, judged.quota, judged.rank,
    )  # fmt: skip


def bureau():
    """A class with a quota, units and professions of its own, and somebody for every case."""
    now = timezone.now()
    unit = UnitFactory()
    below, elsewhere = UnitFactory(parent=unit), UnitFactory()
    lawyers = ProfessionFactory()
    before = CoursePageFactory()
    run = CourseRunFactory(now=now, units=[unit], professions=[lawyers], nomination_only=True, once_a_year=True)
    run.first_professions.set([lawyers])
    run.course.prior_hours = 4
    run.course.save()
    RunQuotaFactory(run=run, unit=unit, seats=1)
    RunQuotaFactory(run=run, unit=below, seats=1, profession=lawyers)
    people = [
        UserFactory(unit=unit, professions=[lawyers]),
        UserFactory(unit=below, professions=[lawyers]),
        UserFactory(unit=elsewhere, professions=[lawyers]),
        UserFactory(unit=below),
        UserFactory(unit=None, professions=[lawyers]),
        UserFactory(unit=unit, professions=[lawyers], is_active=False),
    ]
    seated, teaching, done, inside, repeating, busy = UserFactory.create_batch(6, unit=unit, professions=[lawyers])
    clash = CourseRunFactory(now=now, starts_at=run.starts_at + datetime.timedelta(hours=1))
    EnrolmentFactory(run=clash, person=seated)
    CourseRunFactory(now=now, starts_at=run.starts_at, trainers=[teaching])
    EnrolmentFactory(run=CourseRunFactory(now=now, course=before, concluded=True), person=done, completed=True)
    EnrolmentFactory(run=run, person=inside, waitlisted=True)
    EnrolmentFactory(run=CourseRunFactory(now=now, course=run.course, starts_at=now + 40 * DAY), person=repeating)
    BusyTime.objects.create(person=busy, starts_at=run.starts_at, ends_at=run.ends_at)
    return run, [*people, seated, teaching, done, inside, repeating, busy]


@pytest.mark.parametrize("way", [Way.SELF, Way.NOMINATED])
def test_each_is_judged_as_alone(way):
    run, people = bureau()
    run.refresh_from_db()
    at = timezone.now()
    together = verdicts_for_people(people=people, run=run, at=at, way=way)
    alone = {person.pk: told(verdict(person=person, run=run, at=at, way=way)) for person in people}
    assert {pk: told(judged) for pk, judged in together.items()} == alone
    codes = {reason.code for judged in together.values() for reason in judged.reasons}
    assert codes == {
        "account_inactive", "wrong_unit", "wrong_profession", "nomination_only", "clash", "teaching", "once_a_year",
        "prior_hours",
    }  # fmt: skip


def test_engagements_stay_with_the_person():
    run, people = bureau()
    judged = verdicts_for_people(people=people, run=run)
    assert [one.warnings for one in judged.values()] == [[]] * len(people)
    assert verdict(person=people[-1], run=run).warnings != []


@pytest.mark.parametrize("last", [8, 12])
def test_the_queries_do_not_follow_the_people(last, django_assert_num_queries):
    run, people = bureau()
    run.refresh_from_db()
    verdicts_for_people(people=people, run=run)
    with django_assert_num_queries(11):
        verdicts_for_people(people=people[7 if last == 8 else 0 : last], run=run, way=Way.NOMINATED)
