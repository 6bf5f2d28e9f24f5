"""The menu group of the training office, in the order of its day."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from core.backoffice.calendar import CalendarDayViewSet
from courses.backoffice.attendance import AttendanceViewSet
from courses.backoffice.enrolments import EnrolmentViewSet
from courses.backoffice.runs import RunViewSet
from courses.backoffice.sessions import SessionViewSet
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrolment
from people.permissions import UnitScopedPolicy

# Whose row it is: the unit that holds the class, or the unit from which the person signed up.
POLICIES = (
    UnitScopedPolicy(CourseRun, "organiser"),
    UnitScopedPolicy(ClassSession, "run__organiser"),
    UnitScopedPolicy(Enrolment, "unit"),
    UnitScopedPolicy(AttendanceRecord, "enrolment__unit"),
)


class TrainingGroup(ViewSetGroup):
    menu_label = _("Training")
    menu_icon = "calendar-alt"
    menu_order = 200
    items = (RunViewSet, EnrolmentViewSet, SessionViewSet, AttendanceViewSet, CalendarDayViewSet)
