"""Keeping accounts: who may write what, and what follows from it."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from wagtail.models import ModelLogEntry

from people.errors import AccountAboveYours, AlreadyInUnit, MoveBeforeJoining, NotYourUnit, OwnRoles, RoleNotYours
from people.models import User
from people.services.membership import assign_unit
from people.services.people import give_role, save_person, set_active
from tests.factories import MEMBER_SINCE, UserFactory
from tests.people.helpers import bureau, person_with, role, unit_manager

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


def save(person: User, by: User | None, **changes) -> User:
    arguments = {"professions": person.professions.all() if person.pk else [], "roles": []}
    if person.pk:
        arguments["roles"] = person.groups.all()
    return save_person(person=person, by=by, **{**arguments, **changes})


def entries(person: User) -> list[str]:
    rows = ModelLogEntry.objects.filter(content_type__model="user", object_id=str(person.pk)).order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_a_new_person_gets_account_roles_and_unit():
    town = bureau()
    office = person_with("office")
    person = save(User(username="new", name="解晓东"), office, roles=[role("learner")], unit=town.office, unit_from=DAY)
    assert (person.unit_on(DAY), person.pinyin) == (town.office, "xie xiaodong")
    assert list(person.groups.all()) == [role("learner")]
    assert entries(person) == ["people.set_roles", "wagtail.create", "people.assign_unit"]


def test_a_move_ends_the_former_membership_on_the_day_before():
    town = bureau()
    save(town.inside, person_with("office"), unit=town.elsewhere, unit_from=DAY)
    spans = list(town.inside.memberships.order_by("start").values_list("unit", "start", "end"))
    assert spans == [
        (town.office.pk, MEMBER_SINCE, datetime.date(2026, 3, 1)),
        (town.elsewhere.pk, DAY, None),
    ]
    assert town.inside.unit_on(datetime.date(2026, 3, 1)) == town.office


def test_the_same_unit_again_is_no_move():
    town = bureau()
    save(town.inside, person_with("office"), unit=town.office, unit_from=DAY)
    assert town.inside.memberships.count() == 1


def test_a_refused_move_changes_nothing_at_all():
    town = bureau()
    town.inside.name = "曾大红"
    with pytest.raises(MoveBeforeJoining):
        save(town.inside, person_with("office"), unit=town.elsewhere, unit_from=MEMBER_SINCE)
    town.inside.refresh_from_db()
    assert (town.inside.name, town.inside.unit) == ("曾小红", town.office)


def test_assigning_the_present_unit_is_refused():
    town = bureau()
    with pytest.raises(AlreadyInUnit):
        assign_unit(person=town.inside, unit=town.office, start=DAY, by=None)


def test_nobody_is_placed_outside_the_own_units():
    town = bureau()
    with pytest.raises(NotYourUnit):
        save(town.inside, unit_manager(town.office), unit=town.elsewhere, unit_from=DAY)


def test_only_a_superuser_makes_a_superuser():
    town = bureau()
    town.inside.is_superuser = True
    with pytest.raises(AccountAboveYours):
        save(town.inside, person_with("admin"))
    save(town.inside, UserFactory(superuser=True))
    assert User.objects.get(pk=town.inside.pk).is_superuser


@pytest.mark.parametrize("code", ["office", "admin"])
def test_the_account_of_a_superuser_is_out_of_reach(code):
    bureau()
    boss = UserFactory(superuser=True)
    boss.is_superuser = False
    with pytest.raises(AccountAboveYours):
        save(boss, person_with(code))


def test_the_office_does_not_take_over_the_account_of_an_administrator():
    bureau()
    with pytest.raises(AccountAboveYours):
        save(person_with("admin"), person_with("office"))


def test_a_role_that_has_more_is_not_given_nor_taken():
    town = bureau()
    office = person_with("office")
    with pytest.raises(RoleNotYours):
        save(town.inside, office, roles=[role("auditor")])
    town.inside.groups.add(role("learner"))
    save(town.inside, office, roles=[role("editor")])
    assert list(town.inside.groups.all()) == [role("editor")]


def test_nobody_changes_the_own_roles():
    bureau()
    admin = person_with("admin")
    with pytest.raises(OwnRoles):
        save(admin, admin, roles=[role("admin"), role("auditor")])


def test_an_old_address_no_longer_signs_in():
    town = bureau()
    EmailAddress.objects.create(user=town.inside, email="old@example.com", primary=True)
    town.inside.email = "new@example.com"
    save(town.inside, person_with("office"))
    assert not EmailAddress.objects.filter(email="old@example.com").exists()


def test_giving_a_role_to_several_people_counts_those_who_lacked_it():
    town = bureau()
    town.inside.groups.add(role("learner"))
    by = person_with("office")
    assert give_role(people=[town.inside, town.below], role=role("learner"), by=by) == 1
    with pytest.raises(RoleNotYours):
        give_role(people=[town.inside], role=role("admin"), by=by)


def test_closing_accounts_is_written_down():
    town = bureau()
    by = person_with("office")
    assert set_active(people=[town.inside, town.below], is_active=False, by=by) == 2
    assert set_active(people=[town.inside], is_active=False, by=by) == 0
    assert entries(town.inside) == ["people.close_account"]
    with pytest.raises(AccountAboveYours):
        set_active(people=[UserFactory(superuser=True)], is_active=False, by=by)
