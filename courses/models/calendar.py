"""The secret address under which a person's calendar can be read without signing in."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """One row per person who ever made an address; `digest` is empty while there is none.

    Only the digest of the token is kept: whoever reads the table learns no address. `number` counts the addresses made
    so far, so that a form that was sent twice makes one.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("person")
    )
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    number = models.PositiveIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.person)


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is kept of a token. It is random enough that a fast digest tells nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()
