"""Refusals about people and units."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class PeopleRefusal(Refusal):
    """Base of every refusal in this app."""


class MoveBeforeJoining(PeopleRefusal):
    code = "move_before_joining"
    message = _("The move lies before the day on which the person joined the present unit.")


class AlreadyInUnit(PeopleRefusal):
    code = "already_in_unit"
    message = _("The person belongs to this unit already.")


class NotYourUnit(PeopleRefusal):
    code = "not_your_unit"
    message = _("You may place people only in your own unit and in the units below it.")


class AccountAboveYours(PeopleRefusal):
    code = "account_above_yours"
    message = _("This person may do more than you. Please ask the system administrator to change the account.")


class RoleNotYours(PeopleRefusal):
    code = "role_not_yours"
    message = _("You cannot give or take a role that may do more than you. Please ask the system administrator.")


class OwnRoles(PeopleRefusal):
    code = "own_roles"
    message = _("Nobody changes the own roles. Please ask another administrator.")


class ImportRefusal(PeopleRefusal):
    """Base of what an import says no to."""


class ImportNotOpen(ImportRefusal):
    code = "import_not_open"
    message = _("This import is no longer open. Please upload the table again.")


class ImportUndecided(ImportRefusal):
    code = "import_undecided"
    message = _("Some rows are still to be chosen. Please say who is meant, or leave the row out.")


class ImportEmpty(ImportRefusal):
    code = "import_empty"
    message = _("No row of this table would change anything.")


class ImportOutdated(ImportRefusal):
    code = "import_outdated"
    message = _("People or units have changed since the preview. Please look at the rows again, then confirm.")


class UndoTooLate(ImportRefusal):
    code = "undo_too_late"
    message = _("An import can be undone for 24 hours only.")


class RowChangedSince(ImportRefusal):
    code = "row_changed_since"
    message = _("It cannot be undone: a row has been changed since the import.")


class RowUsedSince(ImportRefusal):
    code = "row_used_since"
    message = _("It cannot be undone: a row has been used since the import.")
