"""The site's own pages: home, notices, standard pages, settings."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from core.freshness import watch
        from home.models import SiteDetails
        from home.views import pages  # noqa: F401 - registers the page views

        watch(SiteDetails)
