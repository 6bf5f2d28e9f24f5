"""Everybody as an import compares them: a handful of queries, however many people there are."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from people.models import Membership, Profession, Unit, User
from people.permissions import beyond, managed_unit_ids, see_all_units


@dataclass(frozen=True)
class KnownPerson:
    """One account. `is_open`: in the reader's units; `may_change`: no more powerful than the reader;
    `is_pinned`: a membership begins today or later, so that the unit cannot change from today on.
    """

    pk: int
    name: str
    username: str
    work_number: str
    licence_number: str
    phone: str
    title: str
    joined_on: datetime.date | None
    email: str
    is_active: bool
    unit: int | None
    professions: tuple[int, ...]
    is_open: bool
    may_change: bool
    is_pinned: bool

    def snapshot(self) -> dict[str, Any]:
        """What undoing compares and restores, as plain values."""
        joined = self.joined_on.isoformat() if self.joined_on else ""
        return {
            "name": self.name, "username": self.username, "email": self.email, "is_active": self.is_active,
            "work_number": self.work_number, "licence_number": self.licence_number, "phone": self.phone,
            "title": self.title, "joined_on": joined, "unit": self.unit, "professions": list(self.professions),
        }  # fmt: skip


@dataclass
class Roster:
    """Units, professions and people, by everything that a table may name them with."""

    units: dict[int, Unit]
    open_units: set[int]
    professions: dict[int, Profession]
    people: dict[int, KnownPerson]
    today: datetime.date
    by_work_number: dict[str, KnownPerson] = field(default_factory=dict)
    by_licence: dict[str, list[KnownPerson]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[KnownPerson]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.unit_names = {unit.name: unit for unit in self.units.values()}
        self.unit_aliases = {unit.short_name: unit for unit in self.units.values()}
        self.profession_names = {one.name: one for one in self.professions.values()}
        for person in self.people.values():
            self.by_name[person.name].append(person)
            if person.work_number:
                self.by_work_number[person.work_number.upper()] = person
            if person.licence_number:
                self.by_licence[person.licence_number.upper()].append(person)


def load_roster(by: User) -> Roster:
    """Read the whole roster as `by` may see and change it. The number of queries does not depend on its size."""
    today = timezone.localdate()
    units = {unit.pk: unit for unit in Unit.objects.all()}
    open_units = set(units) if see_all_units(by) else managed_unit_ids(by)
    professions = {one.pk: one for one in Profession.objects.all()}
    return Roster(units, open_units, professions, _people(by, open_units, today), today)


def _people(by: User, open_units: set[int], today: datetime.date) -> dict[int, KnownPerson]:
    units = dict(Membership.objects.current(today).values_list("person_id", "unit_id"))
    pinned = set(Membership.objects.filter(Q(start__gte=today)).values_list("person_id", flat=True))
    held: dict[int, list[int]] = defaultdict(list)
    for person, profession in User.professions.through.objects.order_by("profession_id").values_list(
        "user_id", "profession_id"
    ):
        held[person].append(profession)
    above, sees_all = beyond(by), see_all_units(by)
    fields = ("pk", "name", "username", "work_number", "licence_number", "phone", "title", "joined_on", "email")
    rows = User.objects.order_by("pk").values_list(*fields, "is_active")
    return {
        pk: KnownPerson(
            pk, name, username, work or "", licence, phone, title, joined, email, active, units.get(pk),
            tuple(held[pk]), sees_all or units.get(pk) in open_units, pk not in above, pk in pinned,
        )
        for pk, name, username, work, licence, phone, title, joined, email, active in rows
    }  # fmt: skip
