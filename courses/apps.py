"""Courses: pages, runs, sign-up, attendance."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from core.freshness import watch
        from courses import invariants  # noqa: F401 - registers the checks
        from courses.models import ClassSession, CourseRun
        from courses.views import pages  # noqa: F401 - registers the page views

        watch(CourseRun, ClassSession)
