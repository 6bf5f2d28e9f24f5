"""The screens for people: another unit's row on every view, forms that refuse in place, constant queries."""

import csv
import io

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry, PageLogEntry

from people.models import User
from people.roles import ROLES
from tests.factories import ProfessionFactory, UserFactory, home_page
from tests.people.helpers import bureau, person_with, role, unit_manager

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture
def town():
    home_page()
    return bureau()


def address(view: str, *args) -> str:
    return reverse(f"wagtailusers_users:{view}", args=args)


def listed(client, **params) -> list[str]:
    response = client.get(address("index"), params)
    return [person.name for person in response.context["object_list"]]


def form_data(person: User, **changes) -> dict[str, object]:
    data = {
        "username": person.username,
        "name": person.name,
        "pinyin": person.pinyin,
        "work_number": person.work_number or "",
        "unit": person.unit.pk if person.pk and person.unit else "",
        "unit_from": "2026-03-02",
        "is_active": "on",
    }
    return {**data, **changes}


# Scope


def test_the_list_holds_the_own_units_only(client, town):
    client.force_login(person_with("clerk", unit=town.office, name="联络员"))
    assert sorted(listed(client)) == sorted(["单志刚", "联络员", "曾小红"])


@pytest.mark.parametrize("params", [{"q": "欧阳"}, {"q": "GH2001"}, {"unit": "{elsewhere}"}, {"ordering": "-pinyin"}])
def test_no_search_filter_or_order_brings_another_units_people(client, town, params):
    client.force_login(person_with("clerk", unit=town.office))
    params = {key: value.format(elsewhere=town.elsewhere.pk) for key, value in params.items()}
    assert "欧阳文静" not in listed(client, **params)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_holds_the_own_units_only(client, town, kind):
    client.force_login(person_with("clerk", unit=town.office))
    response = client.get(address("index"), {"export": kind})
    body = b"".join(response.streaming_content)
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        assert {row["工号"] for row in rows if row["工号"]} == {"GH1001", "GH1002"}
    else:
        from openpyxl import load_workbook

        sheet = load_workbook(io.BytesIO(body)).active
        assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]} == {"GH1001", "GH1002"}


@pytest.mark.parametrize("view", ["edit", "delete", "inspect", "history", "history_results", "usage"])
def test_another_units_person_is_refused_on_every_view(client, town, view):
    client.force_login(unit_manager(town.office))
    response = client.get(address(view, town.outside.pk))
    assert (response.status_code, response.url) == (302, HOME)


@pytest.mark.parametrize("view", ["edit", "inspect", "history"])
def test_the_own_units_person_is_shown(client, town, view):
    client.force_login(unit_manager(town.office))
    assert "曾小红" in client.get(address(view, town.inside.pk)).content.decode()


def test_posting_to_another_units_person_changes_nothing(client, town):
    client.force_login(unit_manager(town.office))
    client.post(address("edit", town.outside.pk), form_data(town.outside, name="改名"))
    client.post(address("delete", town.outside.pk))
    town.outside.refresh_from_db()
    assert (town.outside.name, town.outside.unit) == ("欧阳文静", town.elsewhere)


def test_after_the_move_the_former_unit_is_refused(client, town):
    office = person_with("office")
    client.force_login(office)
    client.post(address("edit", town.inside.pk), form_data(town.inside, unit=town.elsewhere.pk))
    assert User.objects.get(pk=town.inside.pk).unit == town.elsewhere
    client.force_login(unit_manager(town.office))
    assert client.get(address("inspect", town.inside.pk)).url == HOME


def test_readers_open_a_person_but_have_no_form(client, town):
    client.force_login(person_with("leader", unit=town.top))
    assert "曾小红" in client.get(address("inspect", town.inside.pk)).content.decode()
    assert client.get(address("edit", town.inside.pk)).url == HOME
    assert client.get(address("add")).url == HOME


@pytest.mark.parametrize("code", [role.code for role in ROLES if "people.view_user" not in role.permissions])
def test_roles_without_people_do_not_reach_the_list(client, town, code):
    client.force_login(person_with(code, unit=town.office))
    response = client.get(address("index"))
    assert response.status_code == 302


# Forms


def test_the_office_adds_a_person(client, town):
    client.force_login(person_with("office"))
    lawyer = ProfessionFactory()
    data = form_data(
        User(username="xxd", name="解晓东"), unit=town.elsewhere.pk, professions=[lawyer.pk], work_number="GH3001",
        groups=[role("learner").pk], password1="dongwan-2026-demo", password2="dongwan-2026-demo",
    )  # fmt: skip
    response = client.post(address("add"), data)
    person = User.objects.get(work_number="GH3001")
    assert response.url == address("index")
    assert (person.unit, person.pinyin, person.is_superuser) == (town.elsewhere, "xie xiaodong", False)
    assert (list(person.professions.all()), list(person.groups.all())) == ([lawyer], [role("learner")])
    assert person.check_password("dongwan-2026-demo")


def test_a_refusal_stands_at_the_field_and_keeps_what_was_typed(client, town):
    client.force_login(person_with("office"))
    data = form_data(town.inside, unit=town.elsewhere.pk, unit_from="2019-01-01", title="调解员")
    response = client.post(address("edit", town.inside.pk), data)
    form = response.context["form"]
    assert list(form.errors) == ["unit_from"]
    assert form["title"].value() == "调解员"
    assert User.objects.get(pk=town.inside.pk).title == ""


def test_a_double_work_number_stands_at_the_field(client, town):
    client.force_login(person_with("office"))
    response = client.post(address("edit", town.inside.pk), form_data(town.inside, work_number="GH2001"))
    assert list(response.context["form"].errors) == ["work_number"]


def test_a_double_address_in_other_letters_is_refused(client, town):
    User.objects.filter(pk=town.outside.pk).update(email="zheng@example.com")
    client.force_login(person_with("office"))
    response = client.post(address("edit", town.inside.pk), form_data(town.inside, email="Zheng@Example.com"))
    assert response.context["form"].non_field_errors() == ["该电子邮箱已被其他人员使用。"]


def test_forged_rights_are_ignored_or_refused(client, town):
    client.force_login(person_with("office"))
    forged = form_data(town.inside, is_superuser="on")
    client.post(address("edit", town.inside.pk), forged)
    response = client.post(address("edit", town.inside.pk), form_data(town.inside, groups=[role("admin").pk]))
    person = User.objects.get(pk=town.inside.pk)
    assert (person.is_superuser, list(person.groups.all())) == (False, [])
    assert list(response.context["form"].errors) == ["groups"]


def test_who_may_do_more_than_the_manager_is_out_of_reach(client, town):
    town.inside.groups.set([role("learner"), role("clerk")])  # the clerk sees training, the manager does not
    client.force_login(unit_manager(town.office))
    assert client.get(address("edit", town.inside.pk)).url == HOME
    town.inside.groups.set([role("learner")])
    client.post(address("edit", town.inside.pk), form_data(town.inside, groups=[role("trainer").pk]))
    assert list(town.inside.groups.all()) == [role("trainer")]


def test_a_superusers_account_is_closed_to_the_administrator(client, town):
    boss = UserFactory(superuser=True)
    client.force_login(person_with("admin"))
    assert client.get(address("edit", boss.pk)).url == HOME
    client.post(address("edit", boss.pk), form_data(boss, password1="taken-over-2026", password2="taken-over-2026"))
    assert not User.objects.get(pk=boss.pk).check_password("taken-over-2026")


def test_ones_own_roles_and_state_are_shown_but_fixed(client, town):
    office = person_with("office", unit=town.top)
    client.force_login(office)
    form = client.get(address("edit", office.pk)).context["form"]
    assert {name for name, field in form.fields.items() if field.disabled} == {"is_superuser", "is_active", "groups"}
    client.post(address("edit", office.pk), form_data(office, groups=[role("learner").pk], title="科员"))
    assert (list(office.groups.all()), User.objects.get(pk=office.pk).title) == ([role("office")], "科员")


def test_units_on_offer_are_the_own_ones(client, town):
    client.force_login(unit_manager(town.office))
    offered = client.get(address("add")).context["form"].fields["unit"].queryset
    assert set(offered) == {town.office, town.committee}


# Lists


@pytest.mark.parametrize("text", ["曾小", "zengxiaohong", "Zeng Xiao", "zxh", "GH1001"])
def test_people_are_found_by_name_pinyin_initials_and_work_number(client, town, text):
    client.force_login(person_with("office"))
    assert listed(client, q=text) == ["曾小红"]


def test_the_unit_filter_takes_the_units_below(client, town):
    client.force_login(person_with("office", unit=None))
    assert sorted(listed(client, unit=town.office.pk)) == sorted(["曾小红", "单志刚"])


def test_the_profession_filter(client, town):
    notary = ProfessionFactory()
    town.outside.professions.add(notary)
    client.force_login(person_with("office"))
    assert listed(client, professions=notary.pk) == ["欧阳文静"]


def queries_of(client, django_assert_num_queries_context) -> int:
    with django_assert_num_queries_context as queries:
        client.get(address("index"))
    return len(queries)


def test_the_list_takes_as_many_queries_for_many_as_for_few(client, town):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(person_with("office"))
    client.get(address("index"))
    few = queries_of(client, CaptureQueriesContext(connection))
    for _ in range(5):
        UserFactory(groups=[role("learner")], professions=[ProfessionFactory()])
    assert queries_of(client, CaptureQueriesContext(connection)) == few


# Bulk actions


def bulk(client, action: str, people: list[User], data: dict[str, object], *, everyone: bool = False):
    url = reverse("wagtail_bulk_action", args=["people", "user", action])
    ids = "id=all" if everyone else "&".join(f"id={person.pk}" for person in people)
    return client.post(f"{url}?{ids}", data)


def test_bulk_closing_reaches_only_the_own_units(client, town):
    client.force_login(unit_manager(town.office))
    bulk(client, "set_active_state", [town.inside, town.outside], {"mark_as_active": "False"})
    assert set(User.objects.filter(is_active=False)) == {town.inside}


def test_bulk_all_reaches_only_the_own_units_and_not_oneself(client, town):
    client.force_login(unit_manager(town.office))
    bulk(client, "set_active_state", [], {"mark_as_active": "False"}, everyone=True)
    assert set(User.objects.filter(is_active=False)) == {town.inside, town.below}


def test_bulk_roles_are_those_that_one_may_give(client, town):
    client.force_login(person_with("office"))
    refused = bulk(client, "assign_role", [town.inside], {"role": role("admin").pk})
    assert list(refused.context["form"].errors) == ["role"]
    bulk(client, "assign_role", [town.inside], {"role": role("trainer").pk})
    assert list(town.inside.groups.all()) == [role("trainer")]


def test_bulk_deleting_is_nobodys_right(client, town):
    client.force_login(person_with("admin"))
    bulk(client, "delete", [town.inside], {})
    assert User.objects.filter(pk=town.inside.pk).exists()


# Chooser, account page, menu, site history


@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_the_chooser_offers_the_own_units(client, town, view):
    client.force_login(person_with("clerk", unit=town.office))
    page = client.get(reverse(f"person_chooser:{view}")).content.decode()
    page = page if view == "choose_results" else page.encode().decode("unicode_escape")
    assert "曾小红" in page
    assert "欧阳文静" not in page


def test_the_chooser_gives_out_the_own_units(client, town):
    client.force_login(person_with("clerk", unit=town.office))
    assert client.get(reverse("person_chooser:chosen", args=[town.inside.pk])).json()["result"]["title"] == "曾小红"
    assert client.get(reverse("person_chooser:chosen", args=[town.outside.pk])).status_code == 404
    several = reverse("person_chooser:chosen_multiple") + f"?id={town.inside.pk}&id={town.outside.pk}"
    assert [row["title"] for row in client.get(several).json()["result"]] == ["曾小红"]


def test_the_chooser_is_closed_to_those_who_may_see_nobody(client, town):
    client.force_login(person_with("editor", unit=town.office))
    assert client.get(reverse("person_chooser:choose")).url == HOME


def test_the_account_page_keeps_the_name_and_takes_the_telephone(client, town):
    editor = person_with("editor", name="欧阳文静")
    client.force_login(editor)
    page = client.get("/admin/account/")
    assert reverse("account_change_password") in page.content.decode()
    data = {
        "name_email-name": "改名", "name_email-pinyin": "ouyang wenjing", "name_email-phone": "138",
        "theme-theme": "system", "theme-contrast": "system", "theme-density": "default",
    }  # fmt: skip
    assert client.post("/admin/account/", data).status_code == 302
    editor.refresh_from_db()
    assert (editor.name, editor.phone) == ("欧阳文静", "138")


def test_the_menu_follows_the_permissions(client, town):
    client.force_login(person_with("clerk", unit=town.office))
    assert "人员与单位" in client.get(HOME).content.decode().encode().decode("unicode_escape", "ignore")
    client.force_login(person_with("editor"))
    assert address("index") not in client.get(HOME).content.decode()


@pytest.mark.parametrize("code", [role.code for role in ROLES if "wagtailadmin.access_admin" in role.permissions])
def test_the_site_history_is_the_auditors(client, town, code):
    person = person_with(code, unit=town.office)
    client.force_login(person)
    response = client.get("/admin/reports/site-history/")
    if code == "auditor":
        entries = ModelLogEntry.objects.count() + PageLogEntry.objects.count()
        assert response.context["paginator"].count == entries > 0
    else:
        assert response.url == HOME
