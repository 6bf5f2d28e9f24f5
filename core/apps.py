"""The parts that two apps need and that know no domain."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from wagtail.signals import post_page_move

        from core import checks, publishing  # noqa: F401 - registers the system checks and the first job of the clock
        from core.addresses import restore_address
        from core.freshness import watch, watch_pages
        from core.models import Material, Picture, Statute, StatuteVersion

        post_page_move.connect(restore_address, dispatch_uid="restore-address")
        watch(Material, Picture, Statute, StatuteVersion)
        watch_pages()
