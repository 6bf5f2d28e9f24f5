"""How this app's audit entries read on history pages and in the site history."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry


def register(actions: LogActionRegistry) -> None:
    actions.register_action("messaging.sent_again", _("Send letter again"), _("Letter sent again"))
