"""The menu group of the training office, in the order of its day."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from core.backoffice.calendar import CalendarDayViewSet
from courses.backoffice.attendance import AttendanceViewSet
from courses.backoffice.enrolments import EnrolmentViewSet
from courses.backoffice.nominations import NominationViewSet
from courses.backoffice.runs import RunViewSet
from courses.backoffice.sessions import SessionViewSet
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment, Nomination
from people.backoffice.menu import RowsMenuItem
from people.permissions import UnitScopedPolicy

# Whose row it is: the unit that holds the class, from which the person signed up, or whose list it is.
POLICIES = (
    UnitScopedPolicy(CourseRun, "organiser"),
    UnitScopedPolicy(ClassSession, "run__organiser"),
    UnitScopedPolicy(Enrolment, "unit"),
    UnitScopedPolicy(Nomination, "unit"),
    UnitScopedPolicy(AttendanceRecord, "enrolment__unit"),
)


class TrainingGroup(ViewSetGroup):
    menu_label = _("Training")
    menu_icon = "calendar-alt"
    menu_order = 200
    items = (RunViewSet, EnrolmentViewSet, NominationViewSet, SessionViewSet, AttendanceViewSet, CalendarDayViewSet)


def totals_item() -> RowsMenuItem:
    """In the menu of reports, for those who see records of attendance."""
    return RowsMenuItem(
        _("Attendance report"), "attendance_totals:units", AttendanceRecord, icon_name="tick", order=605
    )
