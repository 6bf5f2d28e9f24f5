"""What the rules of notices say no to."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class NoticeRefusal(Refusal):
    """Base of the refusals below."""


class NotAsked(NoticeRefusal):
    code = "not_asked"
    message = _("This notice does not ask you to confirm anything.")


class NoticeChanged(NoticeRefusal):
    code = "notice_changed"
    message = _("The notice has been changed in the meantime. Please read it again, then confirm.")


class NobodyToRemind(NoticeRefusal):
    code = "nobody_to_remind"
    message = _("There is nobody to remind: everybody has confirmed, or was reminded today already.")
