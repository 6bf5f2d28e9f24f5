"""The menu group "People and units"."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.permissions import policy_registry

from core.backoffice.scope import READ
from people.backoffice.imports import menu_items as import_items
from people.models import Profession, Unit, User


class RowsMenuItem(MenuItem):
    """Shown to those who may do something with rows of the model."""

    def __init__(self, label: Any, url_name: str, model: type, **kwargs: Any) -> None:
        super().__init__(label, reverse(url_name), **kwargs)
        self.model = model

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(self.model).user_has_any_permission(request.user, READ)  # type: ignore[no-any-return]


def people_menu() -> SubmenuMenuItem:
    items: list[MenuItem] = [
        RowsMenuItem(_("People"), "wagtailusers_users:index", User, icon_name="user", order=10),
        RowsMenuItem(_("Units"), "unit:index", Unit, icon_name="group", order=20),
        RowsMenuItem(_("Professions"), "profession:index", Profession, icon_name="tag", order=30),
        *import_items(),
    ]
    return SubmenuMenuItem(_("People and units"), Menu(items=items), icon_name="group", order=300)
