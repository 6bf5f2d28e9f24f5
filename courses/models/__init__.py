"""Re-exports for Django's model discovery."""

from courses.models.attendance import AttendanceEvent, AttendanceRecord, AttendanceRules
from courses.models.busy import BusyTime
from courses.models.calendar import CalendarFeed
from courses.models.enrolment import Enrolment, EnrolmentEvent
from courses.models.evidence import EvidenceFile
from courses.models.leave import LeaveRequest
from courses.models.pages import ChannelPage, CourseIndexPage, CoursePage, CoursePrerequisite, LessonPage
from courses.models.progress import LessonProgress
from courses.models.quota import Nomination, NominationEntry, RunQuota
from courses.models.review import SecrecyReview, SectionReview
from courses.models.run import CourseRun
from courses.models.seal import Correction, RegisterSeal, SealedEvent
from courses.models.session import ClassSession
from courses.models.sync import RefusedMark, RollCall

__all__ = [
    "AttendanceEvent",
    "AttendanceRecord",
    "AttendanceRules",
    "BusyTime",
    "CalendarFeed",
    "ChannelPage",
    "ClassSession",
    "Correction",
    "CourseIndexPage",
    "CoursePage",
    "CoursePrerequisite",
    "CourseRun",
    "Enrolment",
    "EnrolmentEvent",
    "EvidenceFile",
    "LeaveRequest",
    "LessonPage",
    "LessonProgress",
    "Nomination",
    "NominationEntry",
    "RefusedMark",
    "RegisterSeal",
    "RollCall",
    "RunQuota",
    "SealedEvent",
    "SecrecyReview",
    "SectionReview",
]
