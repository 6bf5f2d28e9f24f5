"""Letters about lists of units and about their quotas."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from courses.models import CourseRun, Nomination, RunQuota
from courses.services import telling
from courses.services.nominations import Decision, Named, decide, give_back, save_list, sign, submit
from messaging.models import Message
from messaging.services.inbox import save_preferences
from people.models import Unit, User
from people.roles import BY_CODE
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, RunQuotaFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def roles() -> None:
    sync_roles()


def with_role(code: str, unit: Unit | None = None) -> User:
    person = UserFactory(unit=unit, groups=[Group.objects.get(name=BY_CODE[code].name)])
    save_preferences(person=person, language="en")
    return User.objects.get(pk=person.pk)


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(name="和平街道司法所")


@pytest.fixture
def clerk(unit: Unit) -> User:
    return with_role("clerk", unit)


@pytest.fixture
def office() -> User:
    return with_role("office")


@pytest.fixture
def submitted(unit: Unit, clerk: User) -> Nomination:
    run = CourseRunFactory(capacity=2, course__title="公文写作")
    people = [Named(UserFactory(unit=unit)) for _ in range(3)]
    drafted = save_list(run=run, unit=unit, people=people, by=clerk)
    return submit(nomination=sign(nomination=drafted, by=with_role("unit_head", unit)), by=clerk)


def letters(person: User, kind: str) -> list[tuple[str, list[str]]]:
    rows = Message.objects.filter(person=person, kind=kind).order_by("pk")
    return [(row.subject, row.body.split("\n")[:2]) for row in rows]


def test_a_returned_list_is_told_to_its_clerk_alone(submitted: Nomination, clerk: User, office: User) -> None:
    give_back(nomination=submitted, by=office, comment="请补充调解员")
    told = ["The training office has returned the list of 和平街道司法所.", "Reason: 请补充调解员"]
    assert letters(clerk, "list_returned") == [("List returned for change: 公文写作", told)]
    assert list(Message.objects.filter(kind="list_returned").values_list("person", flat=True)) == [clerk.pk]


def test_a_decided_list_is_told_once_it_is_decided_whole(submitted: Nomination, clerk: User, office: User) -> None:
    one, two, three = submitted.enrolments.order_by("pk")
    decide(nomination=submitted, decisions={one.pk: Decision.ADMIT}, by=office)
    assert letters(clerk, "list_decided") == []
    rest = {two.pk: Decision.RESERVE, three.pk: Decision.REFUSE}
    decide(nomination=submitted, decisions=rest, by=office, reason="名额已满")
    counts = "Admitted: 1. On the waiting list: 1. Not admitted: 1."
    assert [(subject, lines[0]) for subject, lines in letters(clerk, "list_decided")] == [
        ("List decided: 公文写作", counts)
    ]


def quota(unit: Unit, ends_in: datetime.timedelta, **facts: Any) -> RunQuota:
    run: CourseRun = CourseRunFactory(course__title="公文写作", quota_until=timezone.now() + ends_in)
    return RunQuotaFactory(run=run, unit=unit, seats=2, **facts)


def test_seats_that_soon_go_to_everybody_are_announced_once(unit: Unit, clerk: User) -> None:
    elsewhere = with_role("clerk", UnitFactory())
    row = quota(unit, DAY)
    at = timezone.now()
    assert [telling.quotas_end_soon(at), telling.quotas_end_soon(at + DAY / 3)] == [1, 0]
    (subject, lines) = letters(clerk, "quota_ends")[0]
    assert (subject, lines[0]) == ("Quota ends soon: 公文写作", "2 seats of 和平街道司法所 are not used yet.")
    assert letters(elsewhere, "quota_ends") == []
    assert row.run.quota_until is not None


def test_a_unit_without_a_clerk_is_announced_to_the_nearest_above(unit: Unit, clerk: User) -> None:
    below = UnitFactory(parent=unit)
    quota(below, DAY)
    assert telling.quotas_end_soon(timezone.now()) == 1
    assert len(letters(clerk, "quota_ends")) == 1


@pytest.mark.parametrize("case", ["later", "over", "used", "released"])
def test_what_needs_no_announcement(unit: Unit, clerk: User, case: str) -> None:
    row = quota(unit, {"later": 3 * DAY, "over": -DAY}.get(case, DAY))
    if case == "used":
        RunQuota.objects.filter(pk=row.pk).update(taken=2)
    if case == "released":
        CourseRun.objects.filter(pk=row.run_id).update(quota_released_at=timezone.now())
    assert telling.quotas_end_soon(timezone.now()) == 0


@pytest.mark.parametrize("count", [1, 5])
def test_announcing_takes_the_same_queries_for_any_number(
    unit: Unit, clerk: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        quota(unit, DAY)
    with django_assert_num_queries(6):  # quotas, clerks, the tree of units, and three of the post
        assert telling.quotas_end_soon(timezone.now()) == count
