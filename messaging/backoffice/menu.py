"""What this app adds to the menu of reports, and the addresses of its screens."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from messaging.backoffice import outbox
from messaging.models import Delivery
from people.backoffice.menu import RowsMenuItem

OUTBOX = [
    path("", outbox.OutboxView.as_view(), name="index"),
    path("results/", outbox.OutboxView.as_view(results_only=True), name="results"),
    path("<int:pk>/send-again/", outbox.send_again, name="send_again"),
]


def outbox_item() -> MenuItem:
    return RowsMenuItem(_("Outgoing letters"), outbox.INDEX, Delivery, icon_name="mail", order=630)


def addresses() -> list[Any]:
    return [path("outbox/", include((OUTBOX, "outbox")))]
