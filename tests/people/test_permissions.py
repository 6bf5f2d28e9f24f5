"""Rows belong to units; a role sees its holder's unit or all of them; nobody reaches above himself."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.permissions import policy_registry

from people.models import Membership, User
from people.permissions import UnitScopedPolicy, grantable_roles, has_role, managed_unit_ids, may_manage, units_open_to
from people.services.membership import assign_unit
from tests.factories import UnitFactory, UserFactory
from tests.people.helpers import bureau, person_with, role, unit_manager

pytestmark = pytest.mark.django_db


def visible(user) -> set[User]:
    return set(policy_registry.get_by_type(User).instances_user_has_any_permission_for(user, ["view", "change"]))


def test_a_unit_comes_with_everything_below_it():
    town = bureau()
    assert managed_unit_ids(town.inside) == {town.office.pk, town.committee.pk}
    assert managed_unit_ids(town.below) == {town.committee.pk}


def test_nobody_without_a_unit_manages_one(django_assert_num_queries):
    assert managed_unit_ids(UserFactory(unit=None)) == set()
    assert managed_unit_ids(AnonymousUser()) == set()


def test_the_answer_is_asked_once_for_each_user_object(django_assert_num_queries):
    town = bureau()
    managed_unit_ids(town.inside)
    with django_assert_num_queries(0):
        managed_unit_ids(town.inside)


def test_a_clerk_sees_the_own_unit_and_below_it():
    town = bureau()
    clerk = person_with("clerk", unit=town.office)
    assert visible(clerk) == {clerk, town.inside, town.below}


@pytest.mark.parametrize("code", ["office", "leader", "auditor", "admin"])
def test_roles_of_scope_all_see_everybody(code):
    town = bureau()
    holder = person_with(code, unit=town.office)
    assert visible(holder) == set(User.objects.all())


@pytest.mark.parametrize("code", ["learner", "trainer", "supervisor", "editor", "reviewer"])
def test_other_roles_see_nobody(code):
    town = bureau()
    assert visible(person_with(code, unit=town.office)) == set()


def test_a_closed_account_sees_nobody():
    town = bureau()
    leader = person_with("leader", unit=town.top, is_active=False)
    assert visible(leader) == set()


def test_a_person_who_moved_is_seen_by_the_new_unit_only():
    town = bureau()
    clerk, notary = person_with("clerk", unit=town.office), person_with("clerk", unit=town.elsewhere)
    assign_unit(person=town.inside, unit=town.elsewhere, start=datetime.date(2024, 1, 1), by=None)
    assert visible(clerk) == {clerk, town.below}
    assert visible(notary) == {notary, town.outside, town.inside}


def test_the_policy_answers_for_one_row_as_for_the_list():
    town = bureau()
    clerk, policy = person_with("clerk", unit=town.office), policy_registry.get_by_type(User)
    for person in User.objects.all():
        listed = person in visible(clerk)
        assert policy.user_has_any_permission_for_instance(clerk, ["view"], person) == listed
    assert not policy.user_has_permission_for_instance(clerk, "change", town.inside)


def test_the_policy_names_those_who_may_see_a_row():
    town = bureau()
    clerk, leader = person_with("clerk", unit=town.office), person_with("leader", unit=town.elsewhere)
    policy = policy_registry.get_by_type(User)
    assert set(policy.users_with_any_permission_for_instance(["view"], town.inside)) == {clerk, leader}
    assert set(policy.users_with_any_permission_for_instance(["view"], town.outside)) == {leader}


def test_a_path_leads_from_other_rows_to_their_unit():
    town = bureau()
    policy = UnitScopedPolicy(Membership)
    manager = unit_manager(town.office)
    assert {row.person for row in policy.rows_open_to(manager)} == {manager, town.inside, town.below}
    far = town.outside.memberships.get()
    assert not policy.user_has_permission_for_instance(manager, "view", far)


def test_units_open_to_a_clerk_and_to_the_office():
    town = bureau()
    UnitFactory()
    assert set(units_open_to(town.inside)) == {town.office, town.committee}
    assert units_open_to(person_with("office")).count() == 6


def test_roles_that_have_nothing_more_may_be_given():
    town = bureau()
    clerk, office = person_with("clerk", unit=town.office), person_with("office")
    low = {"学员", "授课教师", "班主任"}
    readers = {"单位联络员", "单位负责人"}  # who draws up lists may not make somebody who signs them off
    writers = {"频道编辑", "股室负责人", "编辑"}  # a channel editor opens no page by this role alone
    assert set(grantable_roles(clerk).values_list("name", flat=True)) == low | {"单位联络员"}
    assert set(grantable_roles(office).values_list("name", flat=True)) == low | readers | writers | {
        "局领导", "政工室（培训主管）",
    }  # fmt: skip


def test_the_administrator_appoints_to_any_role():
    bureau()
    assert grantable_roles(person_with("admin")).count() == 13


def test_accounts_above_ones_own_are_out_of_reach():
    town = bureau()
    office, admin, boss = person_with("office"), person_with("admin"), UserFactory(superuser=True)
    assert may_manage(office, town.inside)
    assert may_manage(office, office)
    assert not may_manage(office, admin)
    assert not may_manage(office, boss)
    assert may_manage(admin, office)
    assert not may_manage(admin, boss)
    assert may_manage(boss, admin)


def test_has_role():
    bureau()
    clerk = person_with("clerk")
    assert has_role(clerk, "clerk")
    assert not has_role(clerk, "office")
    assert not has_role(AnonymousUser(), "clerk")
    assert role("clerk").name == "单位联络员"
