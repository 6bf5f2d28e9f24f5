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
