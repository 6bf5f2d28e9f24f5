"""What a new class begins with: the habits of the course's last one."""

from typing import Any

from courses.models import CoursePage, CourseRun
from people.models import User

KEPT = (
    "capacity", "waitlist_enabled", "approval_required", "nomination_only", "once_a_year", "offer_hours", "reserve",
    "minimum", "venue", "organiser", "supervisor", "note",
)  # fmt: skip
LINKS = ("professions", "units", "first_professions")
SEATS = 40


def new_run_values(course: CoursePage | None, by: User) -> dict[str, Any]:
    """Return initial form values: the course, the rest as in its last class. The number follows when it is saved.

    Without a course only what every class needs: a number of seats and the person's own unit as organiser.
    """
    if course is None:
        return {"capacity": SEATS, "organiser": by.unit}
    return {"course": course} | _habits(course, by)


def _habits(course: CoursePage, by: User) -> dict[str, Any]:
    last = CourseRun.objects.filter(course=course).order_by("-year", "-intake_no").first()
    if last is None:
        return new_run_values(None, by)
    links = {name: [row.pk for row in getattr(last, name).all()] for name in LINKS}
    return {name: getattr(last, name) for name in KEPT} | links
