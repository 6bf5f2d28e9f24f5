"""The parts that two apps need and that know no domain."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks  # noqa: F401 - registers the system checks
        from core.freshness import watch, watch_pages
        from core.models import Material, Picture, Statute, StatuteVersion

        watch(Material, Picture, Statute, StatuteVersion)
        watch_pages()
