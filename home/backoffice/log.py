"""How this app's audit entries read on history pages and in the site history."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import LogActionRegistry, LogFormatter


class Reminded(LogFormatter):
    label = _("Remind of a notice")

    def format_message(self, log_entry: Any) -> str:
        people = log_entry.data["people"]
        return ngettext("Reminded %(count)d person", "Reminded %(count)d people", people) % {"count": people}


def register(actions: LogActionRegistry) -> None:
    actions.register_action("home.notice_reminded")(Reminded)
