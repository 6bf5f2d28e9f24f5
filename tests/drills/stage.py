"""The place of a drill: an empty site with people who can sign in, and one class after another."""

import datetime
import itertools

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from courses.models import CourseRun
from people.models import Membership, Unit, User
from tests.drills.learners import PASSWORD, Learner, each
from tests.factories import MEMBER_SINCE, CoursePageFactory, CourseRunFactory, UnitFactory

UNITS = 20
_days = itertools.count(20)  # one class a day, so that none clashes with another


def build() -> None:
    for command in ("migrate", "setup_site"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    CoursePageFactory(slug="drill", title="最后的名额")


def signed_in(port: int, count: int) -> list[Learner]:
    """Make so many people, each in a unit, and sign every one in through the form."""
    learners = [Learner(port, person.pk, person.username) for person in people_of_units("drill", count)]
    each(learners, Learner.sign_in)
    return learners


def people_of_units(name: str, count: int) -> list[User]:
    """Make so many people who can sign in as `name` and a number, each in a unit."""
    password, units = make_password(PASSWORD), UnitFactory.create_batch(UNITS)
    people = User.objects.bulk_create(
        User(username=f"{name}{number}", name=f"学员{number}", pinyin=f"xueyuan{number}", password=password)
        for number in range(count)
    )
    Membership.objects.bulk_create(_member(person, units) for person in people)
    return people


def _member(person: User, units: list[Unit]) -> Membership:
    return Membership(person=person, unit=units[person.pk % UNITS], start=MEMBER_SINCE)


def next_run(seats: int) -> CourseRun:
    starts = timezone.now() + datetime.timedelta(days=next(_days))
    course = CoursePageFactory._meta.model.objects.get(slug="drill")
    return CourseRunFactory(course=course, capacity=seats, starts_at=starts)
