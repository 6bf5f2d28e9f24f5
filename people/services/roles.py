"""Making the groups of the database equal to the table of roles."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from core import audit
from people.models import User
from people.roles import ROLES, Role
from people.signals import roles_synced

STOCK_GROUPS = ("Editors", "Moderators")
Known = dict[str, Permission]


@dataclass
class Summary:
    """What a run changed; three empty lists if the groups were right already."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    has_site: bool = True

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.changed or self.removed)


@transaction.atomic
def sync_roles(*, by: User | None = None) -> Summary:
    """Create or correct one group per role, exactly; remove Wagtail's stock groups if nobody is in them.

    Page permissions hang on the home page of the default site; without a site they are left out until the next run.
    Groups that are no role of ours stay as they are. Writes one audit entry for each group that changed.
    """
    known = _known_permissions()
    home = _home()
    summary = Summary(has_site=home is not None)
    for role in ROLES:
        _sync(role, known, home, summary, by)
    _remove_stock_groups(summary)
    roles_synced.send(sender=Summary, summary=summary, by=by)
    return summary


def _known_permissions() -> Known:
    permissions = Permission.objects.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}": permission for permission in permissions}


def _home() -> Page | None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return site.root_page if site else None


def _sync(role: Role, known: Known, home: Page | None, summary: Summary, by: User | None) -> None:
    group, created = Group.objects.get_or_create(name=role.name)
    changes = [
        _sync_permissions(group, {known[name] for name in role.all_permissions}),
        _sync_pages(group, {known[f"wagtailcore.{name}"] for name in role.pages}, home),
        _sync_media(group, {known[name] for name in role.media}),
    ]
    if created:
        summary.created.append(role.name)
    elif any(changes):
        summary.changed.append(role.name)
    if created or any(changes):
        audit.record("people.sync_roles", group, by=by, data={"permissions": sorted(role.all_permissions)})


def _sync_permissions(group: Group, wanted: set[Permission]) -> bool:
    if set(group.permissions.all()) == wanted:
        return False
    group.permissions.set(wanted)
    return True


def _sync_pages(group: Any, wanted: set[Permission], home: Page | None) -> bool:
    rows = {(home.pk, permission.pk) for permission in wanted} if home else set()
    present = set(group.page_permissions.values_list("page_id", "permission_id"))
    if rows == present:
        return False
    group.page_permissions.all().delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission_id=permission) for page, permission in rows
    )
    return True


def _sync_media(group: Any, wanted: set[Permission]) -> bool:
    root = Collection.get_first_root_node()
    rows = {(root.pk, permission.pk) for permission in wanted}
    present = set(group.collection_permissions.values_list("collection_id", "permission_id"))
    if rows == present:
        return False
    group.collection_permissions.all().delete()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection_id=collection, permission_id=permission)
        for collection, permission in rows
    )
    return True


def _remove_stock_groups(summary: Summary) -> None:
    unused: Iterable[Group] = Group.objects.filter(name__in=STOCK_GROUPS, user__isnull=True)
    for group in unused:
        summary.removed.append(group.name)
        group.delete()
