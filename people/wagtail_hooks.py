"""What this app adds to Wagtail's admin. It only registers."""

from typing import Any

from django.urls import include, path
from wagtail import hooks

from people.backoffice import account, bulk, imports, log, menu
from people.backoffice.choosers import person_chooser, reader_chooser, unit_chooser
from people.backoffice.units import ProfessionViewSet, UnitViewSet
from people.views import circles

account.use_own_details_form()
hooks.register("register_account_menu_item", account.password_item)
hooks.register("register_admin_menu_item", menu.people_menu)
hooks.register("register_log_actions", log.register)
hooks.register("register_admin_urls", lambda: [path("", include((imports.urlpatterns, "people_imports")))])
hooks.register("before_serve_page", circles.refuse_closed_page)
for action in bulk.ACTIONS:
    hooks.register("register_bulk_action", action, order=1)  # after Wagtail's own, which they replace


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [
        UnitViewSet("unit", url_prefix="units"),
        ProfessionViewSet("profession", url_prefix="professions"),
        person_chooser,
        reader_chooser,
        unit_chooser,
    ]
