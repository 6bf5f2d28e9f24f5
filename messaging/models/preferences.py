"""What a person wants by mail, when, and in which language."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.enums import Topic

DAY = datetime.timedelta(days=1)


class Preferences(models.Model):
    """One person's choice. Who has never chosen has no row, and what the fields say by default holds.

    Quiet hours are times of day in Shanghai; empty means those of the site, equal ones mean none.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="message_preferences"
    )
    mail_sign_ups = models.BooleanField(Topic.SIGN_UPS.label, default=True)
    mail_changes = models.BooleanField(Topic.CHANGES.label, default=True)
    mail_reminders = models.BooleanField(Topic.REMINDERS.label, default=True)
    mail_own = models.BooleanField(Topic.OWN.label, default=False)
    mail_duties = models.BooleanField(Topic.DUTIES.label, default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    language = models.CharField(
        _("language of my messages"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta:
        verbose_name = _("message settings")
        verbose_name_plural = _("message settings")

    def __str__(self) -> str:
        return str(self.person)

    def wants(self, topic: str) -> bool:
        """True if the person wants letters about the topic by mail."""
        return bool(getattr(self, f"mail_{topic}"))

    @property
    def quiet(self) -> tuple[datetime.time, datetime.time]:
        """From when until when nothing is mailed that can wait."""
        start, end = settings.QUIET_HOURS
        return (start, end) if self.quiet_from is None or self.quiet_until is None else (
            self.quiet_from, self.quiet_until,
        )  # fmt: skip

    def not_before(self, at: datetime.datetime) -> datetime.datetime:
        """The first moment from `at` on at which a letter that can wait may be mailed."""
        start, end = self.quiet
        now = timezone.localtime(at)
        if not _within(now.time(), start, end):
            return at
        morning = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return morning if morning > now else morning + DAY


def _within(time: datetime.time, start: datetime.time, end: datetime.time) -> bool:
    if start <= end:
        return start <= time < end
    return time >= start or time < end
