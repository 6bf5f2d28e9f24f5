"""How the audit entries of this app read in the site history."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter


class AssignUnit(LogFormatter):
    label = _("Move to a unit")

    def format_message(self, log_entry: Any) -> str:
        return str(_("Belongs to %(unit)s from %(start)s")) % {"unit": "-", "start": "-", **log_entry.data}


class SetRoles(LogFormatter):
    label = _("Change roles")

    def format_message(self, log_entry: Any) -> str:
        names = {key: "、".join(log_entry.data.get(key, [])) or "-" for key in ("from", "to")}
        return str(_("Roles changed from %(from)s to %(to)s")) % names


def register(actions: LogActionRegistry) -> None:
    actions.register_action("people.assign_unit")(AssignUnit)
    actions.register_action("people.set_roles")(SetRoles)
    actions.register_action(
        "people.sync_roles", _("Bring role up to date"), _("Permissions of the role brought up to date")
    )
    actions.register_action("people.open_account", _("Open account"), _("Account opened"))
    actions.register_action("people.close_account", _("Close account"), _("Account closed"))
    actions.register_action("people.import_received", _("Upload a table"), _("Table uploaded for an import"))
    actions.register_action("people.import_confirmed", _("Confirm an import"), _("Import confirmed"))
    actions.register_action("people.import_done", _("Import a table"), _("Table imported"))
    actions.register_action("people.import_cancelled", _("Cancel an import"), _("Import cancelled"))
    actions.register_action("people.import_undone", _("Undo an import"), _("Import undone"))
