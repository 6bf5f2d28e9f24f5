"""What letters are about, by which ways they go out, and where one of them stands on its way."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(TextChoices):
    """The groups of letters that a person can have by mail or not. The inbox on the site has all of them."""

    SIGN_UPS = "sign_ups", _("What becomes of my sign-ups")
    CHANGES = "changes", _("Changes of my classes")
    REMINDERS = "reminders", _("Reminders before a class")
    OWN = "own", _("Copies of what I did myself")
    DUTIES = "duties", _("Classes that I look after")


class ChannelCode(TextChoices):
    MAIL = "mail", pgettext_lazy("channel", "Mail")
    WEBHOOK = "webhook", pgettext_lazy("channel", "Group chat")


class DeliveryState(TextChoices):
    """Where one letter stands on one channel. Nothing leaves `in_doubt` and `given_up` by itself."""

    QUEUED = "queued", pgettext_lazy("delivery", "Waiting")
    SENDING = "sending", pgettext_lazy("delivery", "Being sent")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    FAILED = "failed", pgettext_lazy("delivery", "Will be tried again")
    IN_DOUBT = "in_doubt", pgettext_lazy("delivery", "In doubt")
    GIVEN_UP = "given_up", pgettext_lazy("delivery", "Given up")
    SKIPPED = "skipped", pgettext_lazy("delivery", "Not to be sent")


class Fault(TextChoices):
    """Why a letter did not go out. Kept with a number at most: answers of servers hold addresses."""

    NO_CONNECTION = "no_connection", _("No connection to the server")
    SIGN_IN = "sign_in", _("The server refused our sign-in")
    REFUSED = "refused", _("The server refused it")
    BAD_ADDRESS = "bad_address", _("The server does not know the address")
    NO_ANSWER = "no_answer", _("The server took it and did not answer; it may have arrived")
    UNFIT = "unfit", _("The letter could not be made")
    NO_ADDRESS = "no_address", _("No e-mail address")
    NOT_WANTED = "not_wanted", _("Not wanted by mail")
    ACCOUNT_OFF = "account_off", _("Account switched off")
    NO_SERVER = "no_server", _("No mail server is set up")


WAITING = (DeliveryState.QUEUED, DeliveryState.FAILED)
FOR_A_PERSON = (DeliveryState.IN_DOUBT, DeliveryState.GIVEN_UP)
"""States in which a letter stays until somebody decides."""
