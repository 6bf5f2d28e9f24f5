"""Who may see and change whom. Rows of people belong to units; a role sees its holder's unit, or all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import CharField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy

from core.freshness import kept
from core.pages import path_down
from people.enums import ReadingScope
from people.models import PageReader, Unit, User
from people.roles import APPOINT, APPOINTS_FOR, BY_CODE, SEE_ALL_UNITS


def has_role(user: Any, code: str) -> bool:
    """True if the person holds the role with this code. Permissions decide what he may do; this is for greetings."""
    if not hasattr(user, "role_names"):
        user.role_names = set(user.groups.values_list("name", flat=True)) if user.is_authenticated else set()
    return BY_CODE[code].name in user.role_names


def see_all_units(user: Any) -> bool:
    """True if the rows of every unit are open to the person."""
    return user.is_active and user.has_perm(SEE_ALL_UNITS)


def managed_unit_ids(user: Any) -> set[int]:
    """The ids of the person's present unit and of everything below it. Asked once for each user object."""
    if not hasattr(user, "unit_ids_managed"):
        unit = user.unit if user.is_authenticated else None
        user.unit_ids_managed = Unit.objects.with_descendants([unit.pk]) if unit else set()
    return user.unit_ids_managed


def units_open_to(user: Any) -> QuerySet[Unit]:
    """Units whose people the person may see, and to which he may move somebody."""
    if see_all_units(user):
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=managed_unit_ids(user))


class UnitScopedPolicy(ModelPermissionPolicy):
    """Model permissions, and only for rows of one's own units.

    `unit_path` is the lookup from the row to its unit, for example "unit" or "enrolment__unit". A permission on the
    model without the row's unit is not enough; a row without a unit is open only to those who see all units.
    """

    def __init__(self, model: Any, unit_path: str = "unit", auth_model: Any = None) -> None:
        super().__init__(model, auth_model)
        self.unit_path = unit_path

    def narrow(self, rows: QuerySet[Any], unit_ids: set[int]) -> QuerySet[Any]:
        """Return those of the rows that belong to the units."""
        return rows.filter(**{f"{self.unit_path}__in": unit_ids})

    def rows_open_to(self, user: Any) -> QuerySet[Any]:
        """Return the rows of the person's units, whatever he may do with them."""
        rows = self.model.objects.all()
        return rows if see_all_units(user) else self.narrow(rows, managed_unit_ids(user))

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        if not self.user_has_any_permission(user, actions):
            return self.model.objects.none()
        return self.rows_open_to(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action) and self._is_open(user, instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Model) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Model) -> QuerySet[Any]:
        candidates = self.users_with_any_permission(actions)
        return candidates.filter(pk__in=[user.pk for user in candidates if self._is_open(user, instance)])

    def _is_open(self, user: Any, instance: Model) -> bool:
        return see_all_units(user) or self.rows_open_to(user).filter(pk=instance.pk).exists()


class PersonPolicy(UnitScopedPolicy):
    """People are rows of the unit to which they belong today; nobody changes a person who may do more than he."""

    def narrow(self, rows: QuerySet[Any], unit_ids: set[int]) -> QuerySet[Any]:
        return rows.in_units(unit_ids)  # type: ignore[attr-defined,no-any-return]

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        if not super().user_has_permission_for_instance(user, action, instance):
            return False
        return action == "view" or may_manage(user, instance)


# Roles: nobody hands out, or takes over, more than he has himself


def rights_by_group() -> dict[int, set[str]]:
    """Everything that each group allows, on models, pages and collections, as comparable words. Three queries."""
    rights: dict[int, set[str]] = defaultdict(set)
    for group, permission in Group.permissions.through.objects.values_list("group_id", "permission_id"):
        rights[group].add(f"model:{permission}")
    for group, page, permission in GroupPagePermission.objects.values_list("group_id", "page_id", "permission_id"):
        rights[group].add(f"page:{page}:{permission}")
    media = GroupCollectionPermission.objects.values_list("group_id", "collection_id", "permission_id")
    for group, collection, permission in media:
        rights[group].add(f"collection:{collection}:{permission}")
    return rights


def rights_of(user: Any) -> set[str]:
    """Everything that the person's groups and own permissions allow, and what he appoints others for."""
    rights = rights_by_group()
    own = {f"model:{pk}" for pk in user.user_permissions.values_list("pk", flat=True)}
    own = own.union(*(rights[group] for group in user.groups.values_list("pk", flat=True)))
    return own | _appointed_for(own)


def _appointed_for(own: set[str]) -> set[str]:
    """What those may do whom the holder of these rights appoints (`roles.APPOINTS_FOR`). One query."""
    wanted = {*APPOINTS_FOR, *(name for names in APPOINTS_FOR.values() for name in names)}
    found = Permission.objects.filter(codename__in=[name.split(".")[1] for name in wanted]).select_related(
        "content_type"
    )
    words = {f"{row.content_type.app_label}.{row.codename}": f"model:{row.pk}" for row in found}
    given = [names for holder, names in APPOINTS_FOR.items() if words.get(holder) in own]
    return {words[name] for names in given for name in names if name in words}


def may_appoint(user: Any) -> bool:
    """True if the person may give any role (but none to himself)."""
    return user.is_active and user.has_perm(APPOINT)


def grantable_roles(user: Any) -> QuerySet[Group]:
    """The roles that the person may give and take: all if he may appoint, else those with nothing that he has not."""
    if may_appoint(user):
        return Group.objects.all()
    rights, own = rights_by_group(), rights_of(user)
    return Group.objects.filter(pk__in=[pk for pk in Group.objects.values_list("pk", flat=True) if rights[pk] <= own])


def may_manage(user: Any, person: Any) -> bool:
    """True if the person may change that account: superusers only by superusers, others by their equals."""
    if user.is_superuser:
        return True
    if person.is_superuser:
        return False
    return may_appoint(user) or user.pk == person.pk or rights_of(person) <= rights_of(user)


def beyond(user: Any) -> set[int]:
    """The ids of everybody whose account the person may not change, as `may_manage` says. Six queries for all."""
    if user.is_superuser:
        return set()
    above = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
    if may_appoint(user):
        return above
    rights, own = rights_by_group(), rights_of(user)
    for person, group in User.groups.through.objects.values_list("user_id", "group_id"):
        if not rights[group] <= own:
            above.add(person)
    for person, permission in User.user_permissions.through.objects.values_list("user_id", "permission_id"):
        if f"model:{permission}" not in own:
            above.add(person)
    return above - {user.pk}


# Pages: who may read what is not for everybody


def readable(pages: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Narrow a set of pages to those whose circles of readers, and those of every page above, admit the person.

    Whoever may change a page may read it. Wagtail's own privacy settings are not asked here.
    """
    if user.is_superuser:
        return pages
    closed = Page.objects.filter(pk__in=PageReader.objects.values("page"))
    if user.is_authenticated:
        closed = closed.exclude(pk__in=_circles_with(user).values("page")).exclude(pk__in=_pages_changed_by(user))
    path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = closed.filter(numchild__gt=0).annotate(one=path).filter(one__startswith=F("path"))
    return pages.exclude(pk__in=closed.values("pk")).exclude(Exists(above))


def may_read(user: Any, page: Page) -> bool:
    """True if the page is in no circle of readers, or in one that admits the person. One query for an open page.

    That a page is open is kept until a page changes; what a person may read never is.
    """
    rows = PageReader.objects.filter(page__path__in=path_down(page))
    closed = kept(f"circle:{page.pk}", rows.exists)
    return not closed or readable(Page.objects.filter(pk=page.pk), user).exists()


def _circles_with(user: Any) -> QuerySet[PageReader]:
    """Circles that admit the person; the units above are asked once for each user object."""
    if not hasattr(user, "unit_ids_above"):
        unit = user.unit
        user.unit_ids_above = Unit.objects.with_ancestors(unit) if unit else []
    return PageReader.objects.filter(
        Q(scope=ReadingScope.MEMBERS) | Q(unit__in=user.unit_ids_above) | Q(person=user.pk)
    )


def _pages_changed_by(user: Any) -> QuerySet[Any]:
    pages = page_permission_policy.instances_user_has_any_permission_for(user, ["change", "publish"])
    return pages.values("pk")  # type: ignore[no-any-return]
