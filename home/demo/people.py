"""Stores the people of the demo bureau: accounts, professions, unit memberships, roles."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from home.demo import chance, roster
from home.demo.roster import Person
from home.demo.workdays import Workdays
from people.models import Membership, Profession, Unit, User
from people.roles import BY_CODE
from people.services.membership import assign_unit

FILE_YEAR = 2026  # the years in the files are those of the anchor; they move with the load day
BEFORE_ALL_CLASSES = -80  # workday offset; everybody but the cases has joined by then
JOINED = {"P18": -12}  # workday offsets, as in people_cases.csv
MOVED = {"P19": (-99, "柳林街道司法所")}  # when, and from where


@transaction.atomic
def load_people(days: Workdays) -> int:
    """Make the people who are missing, found by their work numbers. Return how many."""
    known = set(User.objects.exclude(work_number=None).values_list("work_number", flat=True))
    missing = [person for person in roster.people() if person.work_no not in known]
    if missing:
        _store(missing, days)
    return len(missing)


def _store(missing: list[Person], days: Workdays) -> None:
    users = User.objects.bulk_create([_user(person, days) for person in missing])
    stored = {user.work_number: user for user in users}
    _give_professions(missing, stored)
    _join_units(missing, stored, days)
    for person in missing:
        if person.case in MOVED:
            _move(stored[person.work_no], person, days)
        if person.login:
            _give_role(stored[person.work_no], person)


def _user(person: Person, days: Workdays) -> User:
    user = User(
        username=person.login or person.work_no,
        work_number=person.work_no,
        name=person.name,
        pinyin=person.pinyin,
        title=person.title,
        licence_number=person.licence,
        phone=person.phone,
        joined_on=_joined_on(person, days),
        date_joined=timezone.make_aware(datetime.datetime.combine(days.load_day, datetime.time(8, 0))),
        is_superuser=person.login == "admin",
    )
    user.fill_reading()
    if person.login:
        user.set_password(settings.DEMO_PASSWORD)
    else:
        user.set_unusable_password()
    return user


def _joined_on(person: Person, days: Workdays) -> datetime.date:
    if person.case in JOINED:
        return days.day(JOINED[person.case])
    rng = chance.stream(f"joined {person.work_no}")
    year = person.joined_year + days.day(BEFORE_ALL_CLASSES).year - FILE_YEAR
    return datetime.date(year, rng.randint(1, 12), rng.choice((1, 8, 15, 22)))


def _give_professions(people: list[Person], stored: dict[str, User]) -> None:
    professions = {profession.name: profession.pk for profession in Profession.objects.all()}
    link = User.professions.through
    link.objects.bulk_create(
        link(user_id=stored[person.work_no].pk, profession_id=professions[name])
        for person in people
        for name in person.professions
    )


def _join_units(people: list[Person], stored: dict[str, User], days: Workdays) -> None:
    units = {unit.name: unit.pk for unit in Unit.objects.all()}
    Membership.objects.bulk_create(
        Membership(
            person=stored[person.work_no],
            unit_id=units[MOVED[person.case][1] if person.case in MOVED else person.unit],
            start=_joined_on(person, days),
        )
        for person in people
    )


def _move(user: User, person: Person, days: Workdays) -> None:
    offset, _ = MOVED[person.case]
    assign_unit(person=user, unit=Unit.objects.get(name=person.unit), start=days.day(offset), by=None)


def name_teaching_staff() -> int:
    """Give everybody who teaches or supervises a class the role for it; return how many were named."""
    staff = {
        "trainer": User.objects.filter(taught_sessions__isnull=False),
        "supervisor": User.objects.filter(supervised_runs__isnull=False),
    }
    return sum(_name(code, people) for code, people in staff.items())


def _name(code: str, people: QuerySet[User]) -> int:
    group = Group.objects.get(name=BY_CODE[code].name)
    unnamed = people.exclude(groups=group).distinct()
    found = list(unnamed)
    group.user_set.add(*found)
    return len(found)


def _give_role(user: User, person: Person) -> None:
    user.groups.add(Group.objects.get(name=BY_CODE[person.role].name))
