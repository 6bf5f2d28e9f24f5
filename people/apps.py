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
        from people.services.imports import keeping, roster, units  # noqa: F401 - jobs of the clock, kinds of tables
        from people.signals import import_waits, people_imported
        from people.tasks import go_on_later, index_later

        watch(PageReader, Profession)
        import_waits.connect(go_on_later, dispatch_uid="go-on-with-import")
        people_imported.connect(index_later, dispatch_uid="index-imported-people")


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, made to know our user model and its units."""

    user_viewset = "people.backoffice.users.PersonViewSet"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from wagtail.permissions import register_permission_policy

        from people.permissions import PersonPolicy

        super().ready()
        register_permission_policy(get_user_model(), PersonPolicy(get_user_model()))  # in place of Wagtail's own
