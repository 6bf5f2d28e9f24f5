"""No page of the admin relies on an inline script: the security policy would block it."""

import re

import pytest
from wagtail import hooks
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminPageChooser, AdminTimeInput

from tests.factories import CoursePageFactory, UserFactory, catalogue, home_page

INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"""\son[a-z]+=["']|javascript:""")


@pytest.mark.parametrize(
    ("widget", "name"),
    [
        (AdminDateInput, "initDateChooser"),
        (AdminTimeInput, "initTimeChooser"),
        (AdminDateTimeInput, "initDateTimeChooser"),
    ],
)
def test_pickers_say_in_attributes_what_they_need(widget, name):
    html = widget().render("starts", None, {"id": "id_starts"})
    assert INLINE.findall(html) == []
    assert f'data-admin-init="{name}"' in html
    assert 'id="id_starts"' in html
    assert "&quot;format&quot;" in html


@pytest.mark.django_db
def test_choosers_say_in_attributes_what_they_need():
    hooks.search_for_hooks()
    html = AdminPageChooser().render("page", None, {"id": "id_page"})
    assert INLINE.findall(html) == []
    assert 'data-admin-init="PageChooser" data-admin-for="id_page"' in html
    assert "&quot;modalUrl&quot;: &quot;/admin/choose-page/&quot;" in html


def test_a_value_cannot_leave_its_attribute():
    html = AdminDateInput().render("starts", '"><script>alert(1)</script>', {"id": "id_starts"})
    assert "<script>" not in html


@pytest.mark.django_db
def test_pages_of_the_admin_have_no_inline_script(client):
    home, index = home_page(), catalogue()
    course = CoursePageFactory()
    boss = UserFactory(superuser=True)
    client.force_login(boss)
    addresses = [
        "/admin/",
        f"/admin/pages/{home.pk}/",
        f"/admin/pages/add/courses/coursepage/{index.pk}/",
        f"/admin/pages/{course.pk}/edit/",
        f"/admin/pages/{course.pk}/history/",
        "/admin/users/",
        "/admin/users/new/",
        f"/admin/users/edit/{boss.pk}/",
        "/admin/images/add/",
        "/admin/documents/multiple/add/",
        "/admin/settings/home/sitedetails/",
        "/admin/redirects/add/",
        "/admin/account/",
        "/admin/reports/site-history/",
        "/admin/groups/new/",
    ]
    found = {}
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        html = response.content.decode()
        found[address] = INLINE.findall(html) + HANDLER.findall(html)
    assert found == {address: [] for address in addresses}


@pytest.mark.django_db
def test_the_script_that_starts_them_is_on_every_page(client):
    home_page()
    client.force_login(UserFactory(superuser=True))
    assert '<script defer src="/static/core/js/admin.js"></script>' in client.get("/admin/").content.decode()
