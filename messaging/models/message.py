"""A letter to one person, as it stands in the inbox on the site."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.enums import Topic


class MessageQuerySet(models.QuerySet["Message"]):
    def inbox_of(self, person: Any) -> MessageQuerySet:
        """The letters of one person, the newest first."""
        return self.filter(person=person).order_by("-created_at", "-pk")

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at__isnull=True)

    def mark_read(self, at: datetime.datetime) -> int:
        """Mark those that are not read yet; return how many."""
        return self.unread().update(read_at=at)


class Message(models.Model):
    """One event, told to one person; or, without a person, to the group chat of the office.

    `key` names the event: one person has one letter about it, however often it is told.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="letters", verbose_name=_("person")
    )
    key = models.CharField(max_length=120)
    kind = models.CharField(pgettext_lazy("message", "kind"), max_length=40)
    topic = models.CharField(pgettext_lazy("message", "topic"), max_length=20, choices=Topic)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=4000)
    url = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["person", "-created_at"], name="message_inbox"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_message_per_event"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(person__isnull=True), name="one_group_notice_per_event"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def first_line(self) -> str:
        """What stands in the list: the lines below it name the class again."""
        return self.body.partition("\n")[0]
