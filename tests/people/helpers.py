"""A small bureau: one section, one judicial office with a mediation committee below it, and people in each."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission

from people.models import Unit, User
from people.roles import BY_CODE
from people.services.roles import sync_roles
from tests.factories import UnitFactory, UserFactory


def role(code: str) -> Group:
    return Group.objects.get(name=BY_CODE[code].name)


def person_with(code: str, **kwargs: Any) -> User:
    return UserFactory(groups=[role(code)], **kwargs)


def channel_editor(channel: Any, **kwargs: Any) -> User:
    """An editor of that channel and of no other."""
    own = Group.objects.filter(page_permissions__page=channel.pk).exclude(
        name__in=[one.name for one in BY_CODE.values()]
    )
    return UserFactory(groups=[role("channel_editor"), *own.distinct()], **kwargs)


def unit_manager(unit: Unit | None) -> User:
    """Somebody who may do everything with people, but only of the own unit: no such role exists, views must hold."""
    group = Group.objects.create(name="本单位人员管理")
    codenames = ["view_user", "add_user", "change_user", "delete_user", "access_admin"]
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return UserFactory(groups=[group], unit=unit)


@dataclass
class Bureau:
    top: Unit
    office: Unit
    committee: Unit
    elsewhere: Unit
    inside: User
    below: User
    outside: User


def bureau() -> Bureau:
    sync_roles()
    top = UnitFactory(name="东湾区司法局", short_name="区司法局")
    office = UnitFactory(name="和平街道司法所", short_name="和平所", parent=top)
    committee = UnitFactory(name="和平街道人民调解委员会", short_name="和平调委会", parent=office)
    elsewhere = UnitFactory(name="东湾公证处", short_name="东湾公证", parent=top)
    return Bureau(
        top=top,
        office=office,
        committee=committee,
        elsewhere=elsewhere,
        inside=UserFactory(name="曾小红", unit=office, work_number="GH1001"),
        below=UserFactory(name="单志刚", unit=committee, work_number="GH1002"),
        outside=UserFactory(name="欧阳文静", unit=elsewhere, work_number="GH2001"),
    )
