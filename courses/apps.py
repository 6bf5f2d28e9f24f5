"""Courses: pages, runs, sign-up, attendance."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from courses import invariants  # noqa: F401 - registers the checks
        from courses.views import pages  # noqa: F401 - registers the page views
