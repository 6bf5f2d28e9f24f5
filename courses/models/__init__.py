"""Re-exports for Django's model discovery."""

from courses.models.attendance import AttendanceEvent, AttendanceRecord, AttendanceRules
from courses.models.busy import BusyTime
from courses.models.calendar import CalendarFeed
from courses.models.enrolment import Enrolment, EnrolmentEvent
from courses.models.pages import ChannelPage, CourseIndexPage, CoursePage, CoursePrerequisite, LessonPage
from courses.models.progress import LessonProgress
from courses.models.quota import Nomination, NominationEntry, RunQuota
from courses.models.review import SecrecyReview, SectionReview
from courses.models.run import CourseRun
from courses.models.session import ClassSession

__all__ = [
    "AttendanceEvent",
    "AttendanceRecord",
    "AttendanceRules",
    "BusyTime",
    "CalendarFeed",
    "ChannelPage",
    "ClassSession",
    "CourseIndexPage",
    "CoursePage",
    "CoursePrerequisite",
    "CourseRun",
    "Enrolment",
    "EnrolmentEvent",
    "LessonPage",
    "LessonProgress",
    "Nomination",
    "NominationEntry",
    "RunQuota",
    "SecrecyReview",
    "SectionReview",
]
