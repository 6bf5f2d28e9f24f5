"""Kinds of unit, circles of readers, states of an import."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitType(TextChoices):
    """What a unit is; the type implies how it belongs to the bureau (part, subordinate, supervised, guided)."""

    BUREAU = "bureau", _("justice bureau")
    BUREAU_LEADERS = "bureau_leaders", _("bureau leaders")
    SECTION = "section", _("section")
    JUDICIAL_OFFICE = "judicial_office", _("judicial office")
    LEGAL_AID_CENTRE = "legal_aid_centre", _("legal aid centre")
    PUBLIC_LEGAL_SERVICE_CENTRE = "public_legal_service_centre", _("public legal service centre")
    NOTARY_OFFICE = "notary_office", _("notary office")
    LAW_FIRM = "law_firm", _("law firm")
    GRASSROOTS_LEGAL_OFFICE = "grassroots_legal_office", _("grassroots legal service office")
    MEDIATION_COMMITTEE = "mediation_committee", _("people's mediation committee")


class ReadingScope(TextChoices):
    """Circles of readers beside the public. Never a secret mark: what is secret must not be on the site."""

    MEMBERS = "members", _("Everybody with an account")
    UNIT = "unit", _("One unit")
    PERSON = "person", _("One person")


class ImportStatus(TextChoices):
    """Where an import stands. The database is changed on the way from confirmed to done, and nowhere else."""

    WAITING = "waiting", _("waiting to be read")
    READING = "reading", _("being read")
    READY = "ready", _("to be confirmed")
    CONFIRMED = "confirmed", _("being written")
    DONE = "done", pgettext_lazy("import", "done")
    CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")
    FAILED = "failed", _("cannot be read")
    UNDONE = "undone", _("undone")


class RowResult(TextChoices):
    """What an import does with one row."""

    NEW = "new", pgettext_lazy("import", "new")
    CHANGED = "changed", pgettext_lazy("import", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("import", "unchanged")
    ASK = "ask", _("to be chosen")
    SKIPPED = "skipped", _("left out")
    REFUSED = "refused", _("refused")


class LeaveDecider(TextChoices):
    """Who answers when somebody of a unit asks for leave from a class."""

    UNIT = "unit", _("The head of the unit")
    OFFICE = "office", _("The training office")
