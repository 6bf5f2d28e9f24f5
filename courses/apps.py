"""Courses: pages, runs, sign-up, attendance."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out
        from django.db.models.signals import post_migrate, post_save, pre_delete

        from core.db import guards
        from core.freshness import watch, watch_links
        from courses import content_checks, invariants, jobs  # noqa: F401 - registers checks and jobs
        from courses.models import (
            AttendanceEvent,
            ChannelPage,
            ClassSession,
            CourseRun,
            EnrolmentEvent,
            RegisterSeal,
            SealedEvent,
        )
        from courses.services import channels, nomination_import  # noqa: F401 - registers a kind of table
        from courses.views import channels as channel_views  # noqa: F401 - registers the page view
        from courses.views import pages  # noqa: F401 - registers the page views
        from courses.views.app import tell_of_unsent
        from people.models import Unit
        from people.signals import roles_synced

        watch(CourseRun, ClassSession, Unit)
        watch_links(ClassSession.trainers.through)
        guards.guard(AttendanceEvent, EnrolmentEvent, RegisterSeal, SealedEvent)
        post_migrate.connect(guards.install, sender=self, dispatch_uid="guard-evidence")
        post_save.connect(channels.equip_saved, sender=ChannelPage, dispatch_uid="equip-channel")
        pre_delete.connect(channels.dissolve_deleted, sender=ChannelPage, dispatch_uid="dissolve-channel")
        user_logged_out.connect(tell_of_unsent, dispatch_uid="tell-of-unsent")
        roles_synced.connect(channels.follow_roles, dispatch_uid="equip-channels")
