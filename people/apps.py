"""Who the users are: units, professions, roles, accounts."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default = True  # the module holds a second configuration, for Wagtail's user screens

    def ready(self) -> None:
        from core.freshness import watch
        from people import invariants  # noqa: F401 - registers the checks
        from people.models import PageReader, Profession

        watch(PageReader, Profession)


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, made to know our user model and its units."""

    user_viewset = "people.backoffice.users.PersonViewSet"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from wagtail.permissions import register_permission_policy

        from people.permissions import PersonPolicy

        super().ready()
        register_permission_policy(get_user_model(), PersonPolicy(get_user_model()))  # in place of Wagtail's own
