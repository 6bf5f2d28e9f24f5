"""Letters by e-mail, through the server of MAIL_URL."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from messaging.channels.base import TIMEOUT, NotSent, Unanswered
from messaging.enums import Fault
from messaging.models import Delivery
from messaging.selectors.receivers import language_of
from people.models import User

FINAL = range(500, 600)


class MailChannel:
    """One connection for many letters."""

    @property
    def is_set_up(self) -> bool:
        return bool(settings.MAIL_URL)

    @contextmanager
    def line(self) -> Iterator[MailLine]:
        connection = get_connection(timeout=TIMEOUT)
        _open(connection)
        try:
            yield MailLine(connection)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was sent is sent, however the server says goodbye
                connection.close()


def _open(connection: Any) -> None:
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(Fault.SIGN_IN, error.smtp_code, hangs_up=True) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(Fault.REFUSED, error.smtp_code, hangs_up=True) from None
    except (smtplib.SMTPException, OSError):
        raise NotSent(Fault.NO_CONNECTION, hangs_up=True) from None


class MailLine:
    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.handed_over = False
        self._watch()

    def _watch(self) -> None:
        """Note when the text of a letter goes out: only what fails after that leaves a doubt."""
        smtp = getattr(self.connection, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            plain = smtp.data

            def data(text: Any) -> tuple[int, bytes]:
                self.handed_over = True
                return plain(text)

            smtp.data = data  # type: ignore[method-assign,assignment]

    def send(self, delivery: Delivery) -> None:
        self.handed_over = False
        try:
            self.connection.send_messages([mail_of(delivery)])
        except smtplib.SMTPRecipientsRefused as error:
            raise _recipient_refused(error) from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(Fault.REFUSED, error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise self._broken() from None
        except (ValueError, UnicodeError):  # a header or an address that no letter may have
            raise NotSent(Fault.UNFIT, is_final=True) from None

    def _broken(self) -> NotSent | Unanswered:
        if self.handed_over:
            return Unanswered(Fault.NO_ANSWER, hangs_up=True)
        return NotSent(Fault.NO_CONNECTION, hangs_up=True)


def _recipient_refused(error: smtplib.SMTPRecipientsRefused) -> NotSent:
    number = next(iter(error.recipients.values()))[0]
    return NotSent(Fault.BAD_ADDRESS if number in FINAL else Fault.REFUSED, number, is_final=number in FINAL)


def mail_of(delivery: Delivery) -> EmailMessage:
    """The letter as mail, in the language of its receiver. The same letter has the same Message-ID each time."""
    message, person = delivery.message, cast("User", delivery.message.person)  # a letter by mail has a receiver
    with translation.override(language_of(person)):
        parts = [_("%(name)s,") % {"name": person}, message.body]
        if message.url:
            parts.append(_("More: %(url)s") % {"url": absolute(message.url)})
        parts.append(_("What you get by mail: %(url)s") % {"url": absolute(reverse("messaging:settings"))})
    return EmailMessage(
        message.subject,
        "\n\n".join(parts) + "\n",
        to=[person.email],
        headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
    )


def message_id(delivery: Delivery) -> str:
    return f"<letter-{delivery.pk}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}>"


def absolute(url: str) -> str:
    """The whole address of a page of this site, for readers who are elsewhere."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{url}"
