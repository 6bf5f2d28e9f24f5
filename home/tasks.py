"""What the worker does for the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django_tasks import task

from home.mail import send_reminder
from home.models import NoticeReminder


@task()
def mail_reminders(pks: list[int]) -> int:
    """Mail these reminders to those who have an address; return how many went out."""
    reminders = NoticeReminder.objects.filter(pk__in=pks).exclude(person__email="")
    return sum(send_reminder(reminder) for reminder in reminders.select_related("notice", "person"))


def mail_where_configured(reminders: list[NoticeReminder], **_signal: Any) -> None:
    """Receive `people_reminded`. Without a mail server the reminders stand on the site only."""
    if settings.MAIL_URL:
        mail_reminders.enqueue([reminder.pk for reminder in reminders])
