"""The table of roles, the groups made from it and the page that shows it are the same thing."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils import translation

from people.roles import BY_CODE, ROLES, Role
from people.services.roles import sync_roles
from tests.factories import UserFactory, home_page

CODES = ["learner", "trainer", "supervisor", "editor", "channel_editor", "reviewer", "section_head", "office",
         "clerk", "unit_head", "leader", "auditor", "admin"]  # fmt: skip


def names(permissions) -> set[str]:
    pairs = permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


def test_the_table_holds_the_thirteen_roles_once_each():
    assert [role.code for role in ROLES] == CODES
    assert len({role.name for role in ROLES}) == len(CODES)


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_each_group_may_do_exactly_what_the_table_says(code):
    home = home_page()
    sync_roles()
    group, role = Group.objects.get(name=BY_CODE[code].name), BY_CODE[code]
    pages = group.page_permissions.values_list("page_id", "permission__codename")
    media = Permission.objects.filter(groupcollectionpermission__group=group)
    assert names(group.permissions) == role.all_permissions
    assert set(pages) == {(home.pk, codename) for codename in role.pages}
    assert names(media) == set(role.media)


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    home_page()
    assert sync_roles().created == [role.name for role in ROLES]
    assert sync_roles().is_empty


@pytest.mark.django_db
def test_what_somebody_added_or_took_by_hand_is_put_right():
    home_page()
    sync_roles()
    leader, editor = Group.objects.get(name="局领导"), Group.objects.get(name="编辑")
    leader.permissions.add(Permission.objects.get(codename="delete_user"))
    editor.page_permissions.all().delete()
    editor.collection_permissions.first().delete()
    assert sync_roles().changed == ["编辑", "局领导"]
    assert names(leader.permissions) == BY_CODE["leader"].all_permissions
    assert editor.page_permissions.count() == 3


@pytest.mark.django_db
def test_stock_groups_go_only_if_nobody_is_in_them():
    holder = UserFactory(groups=[Group.objects.get(name="Editors")])
    assert sync_roles().removed == ["Moderators"]
    holder.groups.clear()
    assert sync_roles().removed == ["Editors"]


@pytest.mark.django_db
def test_other_groups_stay_as_they_are():
    own = Group.objects.create(name="党支部书记")
    own.permissions.add(Permission.objects.get(codename="view_unit"))
    sync_roles()
    assert names(own.permissions) == {"people.view_unit"}


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys):
    home_page()
    call_command("sync_roles")
    assert capsys.readouterr().out.splitlines()[0] == "created: 学员"
    call_command("sync_roles")
    assert capsys.readouterr().out == "All roles are as they should be.\n"


def test_readers_change_nothing():
    for code in ("leader", "auditor"):
        assert verbs(code) == {"access", "view"}, code


def test_heads_change_nothing_and_sign_lists_off():
    for code in ("unit_head", "section_head"):
        assert verbs(code) == {"access", "view", "sign"}, code


def verbs(code: str) -> set[str]:
    return {permission.split(".")[1].split("_")[0] for permission in BY_CODE[code].permissions}


def test_a_clerk_changes_nothing_but_reminds_and_nominates():
    wrote = [
        name for name in BY_CODE["clerk"].permissions if name.split(".")[1].split("_")[0] not in ("access", "view")
    ]
    assert wrote == ["home.add_noticereminder", "courses.nominate"]


def test_the_administrator_sees_no_training():
    assert not [name for name in BY_CODE["admin"].permissions if name.startswith("courses.view")]


def test_no_role_edits_groups_or_deletes_people():
    everything = {permission for role in ROLES for permission in role.permissions}
    assert everything.isdisjoint({"auth.change_group", "auth.add_group", "auth.delete_group", "people.delete_user"})


def row(role: Role) -> list[str]:
    def code(words: tuple[str, ...]) -> str:
        return " ".join(f"`{word}`" for word in words) or "-"

    with translation.override("en"):
        sentence = str(role.sentence)
    start = [f"`{role.code}`", role.name, role.name_en, role.scope, sentence]
    return [*start, code(role.permissions), code(role.pages), code(role.media)]


def test_the_documentation_shows_the_table():
    lines = (Path(__file__).parents[2] / "docs/rules/roles.md").read_text().splitlines()
    body = lines[lines.index("## Table") + 4 :]
    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in body] == [row(role) for role in ROLES]
