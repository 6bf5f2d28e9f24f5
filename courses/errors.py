"""Refusals of sign-up and attendance. Codes are stable; messages are sentences for the person."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class CoursesRefusal(Refusal):
    """Base of every refusal in this app."""


class EnrolmentRefused(CoursesRefusal):
    """Sign-up is not possible; code and message come from the rule that said no."""


class KeyReused(CoursesRefusal):
    code = "key_reused"
    message = _("This form was used for another sign-up already. Reload the page and try again.")


class ReasonRefused(CoursesRefusal):
    code = "reason_refused"


class TransitionRefused(CoursesRefusal):
    code = "transition_refused"
    message = _("This enrolment can no longer be changed that way.")


class WithdrawalTooLate(CoursesRefusal):
    code = "withdrawal_too_late"
    message = _("The class has begun. Ask the class supervisor if you can no longer attend.")


class OfferEnded(CoursesRefusal):
    code = "offer_ended"
    message = _("This offer has ended; the seat went to the next in the queue.")


class ChangeRefused(CoursesRefusal):
    """Somebody cannot be moved, replaced, added at the door or given an outcome that way; the message says why."""

    code = "change_refused"


class QuotaRefused(CoursesRefusal):
    code = "quota_refused"


class NominationRefused(CoursesRefusal):
    code = "nomination_refused"


class CapacityBelowSeatsTaken(CoursesRefusal):
    code = "capacity_below_seats_taken"


class RunIncomplete(CoursesRefusal):
    code = "run_incomplete"


class RunNotEditable(CoursesRefusal):
    code = "run_not_editable"
    message = _("An archived or cancelled class cannot be changed.")


class CourseNotChangeable(CoursesRefusal):
    code = "course_not_changeable"
    message = _("People have signed up already; the class can no longer move to another course.")


class IntakeRefused(CoursesRefusal):
    """The next intake cannot be opened that way; the message says why."""

    code = "intake_refused"


class IntakeTaken(CoursesRefusal):
    code = "intake_taken"


class ScheduleRefused(CoursesRefusal):
    code = "schedule_refused"


class SessionHasMarks(CoursesRefusal):
    code = "session_has_marks"
    message = _("Attendance is recorded for this session already; it cannot be removed or moved.")


class SessionCancelled(CoursesRefusal):
    code = "session_cancelled"
    message = _("This session was cancelled; nobody can be marked.")


class SessionNotBegun(CoursesRefusal):
    code = "session_not_begun"


class NotOnRoster(CoursesRefusal):
    code = "not_on_roster"


class MarkRefused(CoursesRefusal):
    code = "mark_refused"


class RegisterClosed(CoursesRefusal):
    code = "register_closed"
    message = _("This register is closed. A change needs a reason and a second person: ask for a correction.")


class ClosingRefused(CoursesRefusal):
    """A register cannot be closed that way yet; the message says what is missing."""

    code = "closing_refused"


class CorrectionRefused(CoursesRefusal):
    code = "correction_refused"


class SyncRefused(CoursesRefusal):
    """What a device sends cannot be read as marks."""

    code = "sync_refused"
    message = _("These marks could not be read. Open the register again on the network.")


class BatchRefused(CoursesRefusal):
    """What a page reports about studying cannot be true, or cannot be read."""

    code = "batch_refused"
    message = _("This report on your study could not be read. Reload the page and go on.")


class ConfirmationRefused(CoursesRefusal):
    code = "confirmation_refused"
    message = _("This lesson counts as studied once its videos are watched.")


class CodeUnknown(CoursesRefusal):
    code = "code_unknown"
    message = _("This is not a check-in code of this site. Please scan the code on the screen of the room.")


class CodeTooOld(CoursesRefusal):
    code = "code_too_old"
    message = _("The code has changed since. Please scan the screen of the room once more.")


class CodeWrong(CoursesRefusal):
    code = "code_wrong"
    message = _("This is not the code of your class now. It changes every minute; please look once more.")


class CodeUsed(CoursesRefusal):
    code = "code_used"
    message = _("Somebody else has used this code. Please scan the screen of the room with your own phone.")


class CheckInClosed(CoursesRefusal):
    """It is too early, too late, or not wanted in this class; the message says which."""

    code = "check_in_closed"


class NotInClass(CoursesRefusal):
    code = "not_in_class"


class LeaveRefused(CoursesRefusal):
    code = "leave_refused"
