"""The bases for viewsets: every view of one row asks for that row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from core.backoffice.viewsets import ScopedModelViewSet
from people.models import User
from tests.people.helpers import bureau, unit_manager

pytestmark = pytest.mark.django_db


class PlainViewSet(ScopedModelViewSet):
    model = User
    form_fields = ["title"]
    inspect_view_enabled = True
    copy_view_enabled = True
    sort_order_field = "id"


def asked_by(user, method: str = "get"):
    request = getattr(RequestFactory(), method)("/", {"title": "主任"})
    request.user = user
    return request


VIEWS = ["edit", "delete", "inspect", "history", "usage", "copy"]


@pytest.mark.parametrize(("view", "method"), [*((v, m) for v in VIEWS for m in ("get", "post")), ("reorder", "post")])
def test_a_row_out_of_scope_is_refused(view, method):
    town = bureau()
    call = getattr(PlainViewSet("plain_people"), f"{view}_view")
    with pytest.raises(PermissionDenied):
        call(asked_by(unit_manager(town.office), method), pk=town.outside.pk)
    town.outside.refresh_from_db()
    assert town.outside.title == ""
