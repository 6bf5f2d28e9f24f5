"""Who the users are: units, professions, roles, accounts."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people import invariants  # noqa: F401 - registers the checks


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, made to know our user model and its units."""

    user_viewset = "people.backoffice.users.PersonViewSet"
