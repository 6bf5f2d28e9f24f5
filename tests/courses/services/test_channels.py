"""A channel comes with a group of editors and a collection of its own, however it was made."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Collection, GroupCollectionPermission

from courses.services.channels import PREFIX, SHARED, sync_channels
from people.services.roles import sync_roles
from tests.factories import ChannelPageFactory

pytestmark = pytest.mark.django_db


def rights(name: str) -> tuple[set[str], set[tuple[str, str]], set[tuple[str, str]]]:
    group = Group.objects.get(name=name)
    media = GroupCollectionPermission.objects.filter(group=group)
    return (
        set(group.permissions.values_list("codename", flat=True)),
        set(group.page_permissions.values_list("page__slug", "permission__codename")),
        set(media.values_list("collection__name", "permission__codename")),
    )


def test_a_new_channel_has_its_group_and_its_collection():
    ChannelPageFactory(title="人民调解", slug="mediation")
    verbs = ("add", "change", "choose")
    own = {("人民调解", f"{verb}_{kind}") for verb in verbs for kind in ("image", "document")}
    assert rights(f"{PREFIX}人民调解") == (
        {"access_admin"},
        {("mediation", "add_page"), ("mediation", "change_page"), ("mediation", "lock_page")},
        own | {(SHARED, "choose_image"), (SHARED, "choose_document")},
    )


def test_a_second_run_changes_nothing():
    ChannelPageFactory()
    assert sync_channels() == []
    sync_roles()
    assert sync_roles().is_empty


def test_what_somebody_changed_by_hand_is_put_right_with_the_roles():
    channel = ChannelPageFactory(title="公证")
    group = Group.objects.get(name=f"{PREFIX}公证")
    group.page_permissions.first().delete()
    group.collection_permissions.all().delete()
    sync_roles()
    assert group.page_permissions.filter(page=channel.pk).count() == 3
    assert group.collection_permissions.count() == 8


def test_group_and_collection_follow_the_title():
    channel = ChannelPageFactory(title="公证")
    channel.title = "公证业务"
    channel.save()
    assert list(Group.objects.filter(name__startswith=PREFIX).values_list("name", flat=True)) == [f"{PREFIX}公证业务"]
    assert set(Collection.objects.filter(depth=2).values_list("name", flat=True)) == {"公证业务", SHARED}


def test_two_channels_of_one_title_have_two_groups():
    ChannelPageFactory(title="律师", slug="lawyers")
    ChannelPageFactory(title="律师", slug="lawyers-2")
    names = Group.objects.filter(name__startswith=PREFIX).values_list("name", flat=True)
    assert set(names) == {f"{PREFIX}律师", f"{PREFIX}律师（lawyers-2）"}
    assert sync_channels() == []


def test_the_group_goes_with_the_channel_and_the_files_stay():
    channel = ChannelPageFactory(title="公证")
    channel.delete()
    assert not Group.objects.filter(name__startswith=PREFIX).exists()
    assert Collection.objects.filter(name="公证").exists()
