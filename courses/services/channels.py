"""What a channel needs beside its page: a group of editors and a collection for their pictures and materials."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from core import audit
from courses.models import ChannelPage
from people.models import User
from people.roles import ADMIN_ACCESS, BY_CODE, CHANNEL_EDITOR, KEEP_MEDIA, USE_MEDIA, WRITE_PAGES

PREFIX = f"{BY_CODE[CHANNEL_EDITOR].name} · "
SHARED = "公用素材"  # every channel's editors may choose from it
Rows = set[tuple[int, int]]


def sync_channels(*, by: User | None = None) -> list[str]:
    """Give every channel its group and its collection; return the names of the groups that changed."""
    return [group.name for channel in ChannelPage.objects.all() if (group := equip(channel=channel, by=by))]


@transaction.atomic
def equip(*, channel: ChannelPage, by: User | None = None) -> Group | None:
    """Make the channel's group and collection, or put them right; return the group if anything changed.

    The group is known by its permission on the channel's page, so that it follows when the channel is renamed.
    """
    group, is_new = _group(channel)
    collection = _collection(group) or _add_collection(channel.title)
    changes = [
        _rename(group, PREFIX + _title(channel, group)),
        _rename(collection, channel.title),
        _set_permissions(group),
        _set_pages(group, channel),
        _set_media(group, collection),
    ]
    if not (is_new or any(changes)):
        return None
    audit.record("people.sync_roles", group, by=by, data={"channel": channel.title})
    return group


@transaction.atomic
def dissolve(*, channel: ChannelPage) -> None:
    """Remove the group of a channel that is deleted. Its collection stays: files may be in use elsewhere."""
    _groups_of(channel).delete()


def _groups_of(channel: ChannelPage) -> Any:
    named = Group.objects.filter(name__startswith=PREFIX)
    return named.filter(pk__in=GroupPagePermission.objects.filter(page=channel.pk).values("group"))


def _group(channel: ChannelPage) -> tuple[Group, bool]:
    found = _groups_of(channel).first()
    if found:
        return found, False
    name = PREFIX + _title(channel, None)
    return Group.objects.create(name=name), True


def _title(channel: ChannelPage, own: Group | None) -> str:
    """The channel's title, with its address if another channel has the same title."""
    others = Group.objects.filter(name=PREFIX + channel.title).exclude(pk=own.pk if own else 0)
    return f"{channel.title}（{channel.slug}）" if others.exists() else channel.title


def _collection(group: Group) -> Collection | None:
    added_to = GroupCollectionPermission.objects.filter(group=group, permission__codename="add_image")
    return Collection.objects.filter(pk__in=added_to.values("collection")).first()


def _add_collection(name: str) -> Collection:
    root = Collection.objects.select_for_update().get(depth=1)
    return root.add_child(instance=Collection(name=name))


def _shared_collection() -> Collection:
    return Collection.objects.filter(name=SHARED, depth=2).first() or _add_collection(SHARED)


def _rename(row: Any, name: str) -> bool:
    if row.name == name:
        return False
    row.name = name
    row.save(update_fields=["name"])
    return True


def _permissions(names: tuple[str, ...]) -> list[Permission]:
    pairs = [name.split(".") for name in names]
    known = Permission.objects.filter(codename__in=[codename for _, codename in pairs]).select_related("content_type")
    return [one for one in known if f"{one.content_type.app_label}.{one.codename}" in names]


def _set_permissions(group: Group) -> bool:
    wanted = set(_permissions(ADMIN_ACCESS))
    if set(group.permissions.all()) == wanted:
        return False
    group.permissions.set(wanted)
    return True


def _set_pages(group: Any, channel: ChannelPage) -> bool:
    names = tuple(f"wagtailcore.{codename}" for codename in WRITE_PAGES)
    wanted = {(channel.pk, permission.pk) for permission in _permissions(names)}
    return _replace(group.page_permissions, GroupPagePermission, "page_id", wanted, group)


def _set_media(group: Any, own: Collection) -> bool:
    wanted = {(own.pk, permission.pk) for permission in _permissions(KEEP_MEDIA)}
    wanted |= {(_shared_collection().pk, permission.pk) for permission in _permissions(USE_MEDIA)}
    return _replace(group.collection_permissions, GroupCollectionPermission, "collection_id", wanted, group)


def _replace(present: Any, model: Any, place: str, wanted: Rows, group: Group) -> bool:
    if set(present.values_list(place, "permission_id")) == wanted:
        return False
    present.all().delete()
    model.objects.bulk_create(
        model(**{place: where, "permission_id": permission, "group": group}) for where, permission in wanted
    )
    return True


# Receivers


def equip_saved(instance: ChannelPage, raw: bool = False, **_signal: Any) -> None:
    """A channel that an editor has just made or renamed; fixtures bring their own groups."""
    if not raw:
        equip(channel=instance)


def dissolve_deleted(instance: ChannelPage, **_signal: Any) -> None:
    dissolve(channel=instance)


def follow_roles(summary: Any, by: User | None, **_signal: Any) -> None:
    """`sync_roles` reaches the groups of channels too."""
    summary.changed.extend(sync_channels(by=by))
