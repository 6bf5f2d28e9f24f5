"""Making and changing the accounts of people."""

import datetime
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from core import audit
from people.errors import AccountAboveYours, NotYourUnit, OwnRoles, RoleNotYours
from people.models import Profession, Unit, User
from people.permissions import grantable_roles, may_manage, units_open_to
from people.services.membership import assign_unit


@transaction.atomic
def save_person(
    *,
    person: User,
    by: User | None,
    professions: Iterable[Profession],
    roles: Iterable[Group],
    unit: Unit | None = None,
    unit_from: datetime.date | None = None,
) -> User:
    """Write the account, its professions and roles, and let the person join `unit` if that is a new one.

    `by` is None only for the system itself. Sign-in addresses of an earlier e-mail stop working. Raises
    AccountAboveYours, RoleNotYours, OwnRoles, NotYourUnit and what `assign_unit` raises.
    """
    before = User.objects.select_for_update().filter(pk=person.pk).first() if person.pk else None
    _refuse_account(before, person, by)
    person.save()
    person.professions.set(professions)
    _set_roles(person, set(roles), by)
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    audit.record("wagtail.edit" if before else "wagtail.create", person, by=by)
    _join(person, unit, unit_from, by)
    return person


def _refuse_account(before: User | None, after: User, by: User | None) -> None:
    if by is None or by.is_superuser:
        return
    if after.is_superuser or (before is not None and not may_manage(by, before)):
        raise AccountAboveYours


def _set_roles(person: User, roles: set[Group], by: User | None) -> None:
    present = set(person.groups.all())
    changed = present ^ roles
    if not changed:
        return
    if by is not None:
        _refuse_roles(person, changed, by)
    person.groups.set(roles)
    names = {"from": sorted(group.name for group in present), "to": sorted(group.name for group in roles)}
    audit.record("people.set_roles", person, by=by, data=names)


def _refuse_roles(person: User, changed: set[Group], by: User) -> None:
    if by.is_superuser:
        return
    if person.pk == by.pk:
        raise OwnRoles
    if not changed <= set(grantable_roles(by)):
        raise RoleNotYours


def _join(person: User, unit: Unit | None, start: datetime.date | None, by: User | None) -> None:
    if unit is None or unit == person.unit:
        return
    if by is not None and not units_open_to(by).filter(pk=unit.pk).exists():
        raise NotYourUnit
    assign_unit(person=person, unit=unit, start=start or timezone.localdate(), by=by)


@transaction.atomic
def give_role(*, people: Iterable[User], role: Group, by: User) -> int:
    """Give one role to several people; return how many did not have it. Raises RoleNotYours, OwnRoles."""
    count = 0
    for person in people:
        roles = set(person.groups.all())
        if role not in roles:
            _set_roles(person, roles | {role}, by)
            count += 1
    return count


@transaction.atomic
def set_active(*, people: Iterable[User], is_active: bool, by: User) -> int:
    """Open or close several accounts; return how many changed. Raises AccountAboveYours."""
    count = 0
    for person in people:
        _refuse_account(person, person, by)
        if person.is_active != is_active:
            person.is_active = is_active
            person.save(update_fields=["is_active"])
            audit.record("people.open_account" if is_active else "people.close_account", person, by=by)
            count += 1
    return count
