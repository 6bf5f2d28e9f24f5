"""The outbox: one letter on one channel, and how far it has come."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.enums import WAITING, ChannelCode, DeliveryState, Fault
from messaging.models.message import Message


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime.datetime) -> DeliveryQuerySet:
        """Letters that may go out now."""
        return self.filter(state__in=WAITING, next_try_at__lte=at)

    def abandoned(self, at: datetime.datetime) -> DeliveryQuerySet:
        """Letters whose sender has not come back within its lease: nobody knows whether they have gone out."""
        return self.filter(state=DeliveryState.SENDING, claimed_until__lt=at)


class Delivery(models.Model):
    """One letter on one channel.

    `queued_at` begins the day during which it is tried; `claimed_until` is the lease of the process that sends it.
    `last_error` is a `Fault`, with the server's number if it gave one.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries", verbose_name=_("message"))
    channel = models.CharField(pgettext_lazy("delivery", "channel"), max_length=20, choices=ChannelCode)
    state = models.CharField(_("state"), max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("waiting since"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    last_error = models.CharField(_("what happened"), max_length=40, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing letter")
        verbose_name_plural = _("outgoing letters")
        ordering = ("-queued_at", "-pk")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=WAITING), name="delivery_due"),
            models.Index(fields=["state", "queued_at"], name="delivery_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel"),
            models.CheckConstraint(
                condition=(
                    Q(state=DeliveryState.SENDING, claimed_until__isnull=False)
                    | (~Q(state=DeliveryState.SENDING) & Q(claimed_until__isnull=True))
                ),
                name="delivery_is_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=DeliveryState.SENT, sent_at__isnull=False)
                    | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True))
                ),
                name="delivery_sent_at_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.message.subject}"

    @property
    def fault(self) -> str:
        """What happened, in words: The server refused it (452)."""
        code, _sep, number = self.last_error.partition(":")
        words = str(Fault(code).label) if code in Fault.values else code
        return f"{words} ({number})" if number else words
