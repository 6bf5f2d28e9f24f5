"""How this app's audit entries read on history pages and in the site history."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from courses.enums import RunStatus


def _status(value: str) -> str:
    return str(RunStatus(value).label) if value in RunStatus.values else value


PLAIN = {
    "quotas_set": (gettext_lazy("Set quotas"), gettext_lazy("Quotas set")),
    "quotas_released": (gettext_lazy("Release quotas"), gettext_lazy("Unused quotas released to the queue")),
    "run_below_minimum": (gettext_lazy("Too few people"), gettext_lazy("Sign-up closed below the minimum")),
    "nomination_saved": (gettext_lazy("Draw up list"), gettext_lazy("List of the unit saved")),
    "nomination_signed": (gettext_lazy("Sign off list"), gettext_lazy("List signed off")),
    "nomination_submitted": (gettext_lazy("Hand in list"), gettext_lazy("List handed in")),
    "nomination_returned": (gettext_lazy("Return list"), gettext_lazy("List returned for change")),
    "nomination_decided": (gettext_lazy("Decide on list"), gettext_lazy("List decided")),
    "attendance_decided": (gettext_lazy("Decide between marks"), gettext_lazy("Decided between two marks")),
    "mark_settled": (gettext_lazy("Settle refused mark"), gettext_lazy("Refused mark settled")),
    "roll_call": (gettext_lazy("Draw names"), gettext_lazy("Names drawn for a roll-call")),
    "roll_call_answered": (gettext_lazy("Roll-call"), gettext_lazy("Answer at the roll-call noted")),
    "attendance_reminded": (gettext_lazy("Remind of attendance"), gettext_lazy("Reminded of low attendance")),
    "leave_asked": (gettext_lazy("Ask for leave"), gettext_lazy("Leave asked for")),
    "leave_withdrawn": (gettext_lazy("Take leave back"), gettext_lazy("Request for leave taken back")),
    "leave_granted": (gettext_lazy("Grant leave"), gettext_lazy("Leave granted")),
    "leave_refused": (gettext_lazy("Refuse leave"), gettext_lazy("Leave refused")),
    "session_made_up": (gettext_lazy("Credit a make-up"), gettext_lazy("Missed session made up")),
    "scan_kept": (gettext_lazy("Keep scanned sheet"), gettext_lazy("Scanned sheet kept as evidence")),
    "register_closed": (gettext_lazy("Close register"), gettext_lazy("Register closed")),
    "correction_asked": (gettext_lazy("Ask for correction"), gettext_lazy("Correction asked for")),
    "correction_confirmed": (gettext_lazy("Confirm correction"), gettext_lazy("Correction confirmed")),
    "correction_refused": (gettext_lazy("Refuse correction"), gettext_lazy("Correction refused")),
}


def register(actions: Any) -> None:
    """Register every action that the services record."""
    actions.register_action("courses.run_created", gettext_lazy("Create class"), gettext_lazy("Class created"))
    actions.register_action("courses.run_edited", gettext_lazy("Edit class"), gettext_lazy("Class edited"))
    actions.register_action(
        "courses.intake_opened", gettext_lazy("Open next intake"), gettext_lazy("Opened as the next intake")
    )
    actions.register_action("courses.schedule_saved", gettext_lazy("Save timetable"), gettext_lazy("Timetable saved"))

    actions.register_action(
        "courses.calendar_made", gettext_lazy("Make calendar address"), gettext_lazy("Calendar address made")
    )
    actions.register_action(
        "courses.calendar_removed", gettext_lazy("Remove calendar address"), gettext_lazy("Calendar address removed")
    )

    for name, (label, message) in PLAIN.items():
        actions.register_action(f"courses.{name}", label, message)

    @actions.register_action("courses.run_status")
    class RunStatusFormatter(LogFormatter):
        label = gettext_lazy("Change status of class")

        def format_message(self, log_entry: Any) -> str:
            data = log_entry.data
            sentence = _("Status changed from “%(before)s” to “%(after)s”") % {
                "before": _status(data["from"]),
                "after": _status(data["to"]),
            }
            return f"{sentence}: {data['reason']}" if data.get("reason") else sentence

    @actions.register_action("courses.session_cancelled")
    class SessionCancelledFormatter(LogFormatter):
        label = gettext_lazy("Cancel session")

        def format_message(self, log_entry: Any) -> str:
            return _("Session cancelled: %(reason)s") % {"reason": log_entry.data["reason"]}
