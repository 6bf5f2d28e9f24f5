"""Units and professions."""

import pytest

from people.models import Unit
from tests.factories import UnitFactory, home_page
from tests.people.helpers import bureau, person_with

pytestmark = pytest.mark.django_db


def test_the_administrator_keeps_units_and_others_only_look(client):
    home_page()
    town = bureau()
    data = {"name": "第二公证处", "short_name": "二公证", "type": "notary_office", "parent": town.top.pk, "position": 0}
    client.force_login(person_with("clerk", unit=town.office))
    assert "东湾公证处" in client.get("/admin/units/").content.decode()
    assert client.post("/admin/units/new/", data).url == "/admin/"
    client.force_login(person_with("admin"))
    assert client.post("/admin/units/new/", data).url == "/admin/units/"
    assert Unit.objects.get(name="第二公证处").parent == town.top


def test_a_unit_below_itself_is_refused_at_the_field(client):
    home_page()
    town = bureau()
    client.force_login(person_with("admin"))
    data = {
        "name": town.top.name,
        "short_name": "区司法局",
        "type": "bureau",
        "parent": town.committee.pk,
        "position": 0,
    }
    response = client.post(f"/admin/units/edit/{town.top.pk}/", data)
    assert list(response.context["form"].errors) == ["parent"]


def test_a_unit_with_people_is_not_deleted(client):
    home_page()
    town = bureau()
    client.force_login(person_with("admin"))
    response = client.post(f"/admin/units/delete/{town.elsewhere.pk}/", follow=True)
    assert [str(message).strip() for message in response.context["messages"]] == ["无法删除：仍有其他记录引用此项。"]
    empty = UnitFactory()
    client.post(f"/admin/units/delete/{empty.pk}/")
    assert not Unit.objects.filter(pk=empty.pk).exists()
    assert Unit.objects.filter(pk=town.elsewhere.pk).exists()
