"""Mail about notices. Nothing personal stands in it but the name; the text of the notice stays on the site."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from home.models import NoticeReminder

log = logging.getLogger(__name__)
MAIL_FAULTS = (smtplib.SMTPException, OSError)


def send_reminder(reminder: NoticeReminder) -> bool:
    """Write to one person; an address that cannot be reached is logged and does not stop the others."""
    notice, person = reminder.notice, reminder.person
    words = {"name": person.name, "title": notice.title, "url": notice.get_full_url()}
    message = EmailMessage(
        _("Please read and confirm: %(title)s") % words,
        _("%(name)s,\n\nplease read this notice and confirm that you have read it:\n\n%(title)s\n%(url)s\n") % words,
        to=[person.email],
    )
    try:
        return bool(message.send())
    except MAIL_FAULTS:
        log.exception("A reminder could not be mailed to person %s.", person.pk)
        return False
