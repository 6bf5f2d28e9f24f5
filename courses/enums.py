"""States and kinds, with the table of what may follow what."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(TextChoices):
    """The four strands of training (政治理论 and the Three Strengthenings); the categories of the catalogue."""

    IDEOLOGY = "ideology", _("Political theory")
    LAW = "law", _("Laws and regulations")
    COMPETENCE = "competence", _("Professional competence")
    ADMINISTRATION = "administration", _("Administrative skills")


class Requirement(TextChoices):
    COMPULSORY = "compulsory", _("Compulsory")
    ELECTIVE = "elective", _("Elective")


class Mode(TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")


class LessonAccess(TextChoices):
    PUBLIC = "public", _("Everybody")
    SIGNED_IN = "signed_in", _("Everybody who is signed in")
    ENROLLED = "enrolled", _("People enrolled in a class of this course")


class Completion(TextChoices):
    """What counts as having studied a lesson; the editor chooses."""

    OPENED = "opened", _("Read to the end")
    WATCHED = "watched", _("Videos watched to 90 %")
    CONFIRMED = "confirmed", _("Confirmed by the learner")


class RunStatus(TextChoices):
    """What the office decided about a class. What the calendar makes of it is `RunState`."""

    PLANNED = "planned", _("Planned")
    READY = "ready", _("Ready to publish")
    PUBLISHED = "published", _("Published")
    CONCLUDED = "concluded", _("Concluded")
    ARCHIVED = "archived", _("Archived")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class RunState(TextChoices):
    """Where a class stands at a moment: the office's decision, the clock and the seats taken together."""

    PLANNED = "planned", _("Planned")
    READY = "ready", _("Ready to publish")
    COMING = "coming", _("Sign-up opens later")
    OPEN = "open", _("Sign-up open")
    FULL = "full", _("Full")
    AWAITING = "awaiting", _("Begins soon")
    RUNNING = "running", _("Under way")
    ASSESSING = "assessing", _("In assessment")
    CONCLUDED = "concluded", _("Concluded")
    ARCHIVED = "archived", _("Archived")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class Way(TextChoices):
    """How an enrolment came about."""

    SELF = "self", _("Own sign-up")
    NOMINATED = "nominated", _("Nominated by the unit")
    DIRECT = "direct", _("Admitted by the office")
    WALK_IN = "walk_in", _("Came to the class")
    MOVED = "moved", _("Moved from another class")
    SUBSTITUTE = "substitute", _("In place of a colleague")


class NominationStatus(TextChoices):
    """Where the list of a unit stands."""

    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed off")
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Returned for change")
    DECIDED = "decided", _("Decided")


class BusyKind(TextChoices):
    DUTY = "duty", _("On duty")
    COURT = "court", _("Court date")
    OTHER = "other", _("Other engagement")


class EnrolmentStatus(TextChoices):
    REQUESTED = "requested", _("Waiting for approval")
    CONFIRMED = "confirmed", _("Confirmed")
    WAITLISTED = "waitlisted", _("On the waiting list")
    OFFERED = "offered", _("Seat offered")
    DECLINED = "declined", _("Not admitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    COMPLETED = "completed", _("Completed")
    NOT_COMPLETED = "not_completed", _("Not completed")


_S = EnrolmentStatus
# Which status may follow which. A withdrawn or declined enrolment stays as it is; a new one is made instead.
ENROLMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.REQUESTED: frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.CONFIRMED, _S.OFFERED, _S.DECLINED, _S.WITHDRAWN}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.CONFIRMED: frozenset({_S.WITHDRAWN, _S.COMPLETED, _S.NOT_COMPLETED}),
    _S.COMPLETED: frozenset({_S.NOT_COMPLETED}),
    _S.NOT_COMPLETED: frozenset({_S.COMPLETED}),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
ENDED = (_S.DECLINED, _S.WITHDRAWN)
HOLDS_SEAT = (_S.CONFIRMED, _S.OFFERED, _S.COMPLETED, _S.NOT_COMPLETED)
ON_ROSTER = (_S.CONFIRMED, _S.COMPLETED, _S.NOT_COMPLETED)


class AttendanceStatus(TextChoices):
    """What a mark says. `cleared` takes a mark back; the event stays."""

    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    LEFT_EARLY = "left_early", _("Left early")
    ON_LEAVE = "on_leave", _("On leave")
    OFFICIAL_DUTY = "official_duty", _("On official duty")
    ABSENT = "absent", _("Absent")
    MADE_UP = "made_up", _("Made up")
    CLEARED = "cleared", _("Not marked")


ATTENDED = (AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)


class AttendanceSource(TextChoices):
    TRAINER = "trainer", _("Trainer")
    SELF_QR = "self_qr", _("Own phone, QR code")
    CODE = "code", _("Short code")
    IMPORT = "import", _("Import")
    PAPER = "paper", _("From the signed sheet")
    LEAVE = "leave", _("Leave granted")
    DECISION = "decision", _("Decision between two marks")
    CORRECTION = "correction", _("Correction")


OWN = (AttendanceSource.SELF_QR, AttendanceSource.CODE)


class CheckInPhase(TextChoices):
    """What a scanned code is for."""

    ARRIVE = "in", _("Check in")
    LEAVE = "out", _("Check out")


class LeaveKind(TextChoices):
    """Why somebody cannot come. Official duty is not counted as private leave."""

    PRIVATE = "private", _("Private matters")
    SICK = "sick", _("Illness")
    DUTY = "duty", _("Official duty")


class LeaveStatus(TextChoices):
    ASKED = "asked", _("Waiting for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


class CorrectionStatus(TextChoices):
    ASKED = "asked", _("Waiting for the second person")
    CONFIRMED = "confirmed", pgettext_lazy("a correction", "Confirmed")
    REFUSED = "refused", pgettext_lazy("a correction", "Refused")


class SealKind(TextChoices):
    CLOSING = "closing", _("Register closed")
    CORRECTION = "correction", _("Countersigned correction")


_N = NominationStatus
NOMINATION_TRANSITIONS: dict[str, frozenset[str]] = {
    _N.DRAFT: frozenset({_N.SIGNED}),
    _N.RETURNED: frozenset({_N.SIGNED}),
    _N.SIGNED: frozenset({_N.SUBMITTED, _N.DRAFT}),
    _N.SUBMITTED: frozenset({_N.RETURNED, _N.DECIDED}),
    _N.DECIDED: frozenset(),
}
