"""Why a change of the outbox is refused."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class MessagingRefusal(Refusal):
    """Base of this app's refusals."""


class NothingToSend(MessagingRefusal):
    code = "nothing_to_send"
    message = _("This letter is not waiting for a decision: it was sent, is on its way, or goes out by itself.")
