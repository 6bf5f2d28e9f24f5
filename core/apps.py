"""The parts that two apps need and that know no domain."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out
        from django.db.models.signals import post_save
        from wagtail.signals import page_published, post_page_move

        from core import checks, idempotency, publishing  # noqa: F401 - registers system checks and jobs of the clock
        from core.addresses import restore_address
        from core.freshness import watch, watch_pages
        from core.material_text import read_when_stored  # also registers a job of the clock
        from core.middleware import note_sign_out
        from core.models import Material, Picture, Statute, StatuteVersion
        from core.references import note_published

        post_page_move.connect(restore_address, dispatch_uid="restore-address")
        user_logged_out.connect(note_sign_out, dispatch_uid="note-sign-out")
        page_published.connect(note_published, dispatch_uid="note-references")
        post_save.connect(read_when_stored, sender=Material, dispatch_uid="read-material")
        watch(Material, Picture, Statute, StatuteVersion)
        watch_pages()
