"""外发消息: what waits, what got stuck, and the button that sends it again."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn

from core.backoffice.reports import GuardedReportView
from core.backoffice.scope import visible_rows
from core.errors import Refusal
from messaging.enums import FOR_A_PERSON, ChannelCode, DeliveryState
from messaging.models import Delivery
from messaging.permissions import SEND_AGAIN
from messaging.selectors.outbox import tally
from messaging.services import outbox

INDEX = "outbox:index"
STUCK = "stuck"


class OutboxFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        method="in_state",
        choices=[(STUCK, gettext_lazy("Needs a decision")), *DeliveryState.choices],
    )
    channel = django_filters.ChoiceFilter(label=pgettext_lazy("delivery", "Channel"), choices=ChannelCode)

    class Meta:
        model = Delivery
        fields = ("state", "channel")

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(state__in=FOR_A_PERSON if value == STUCK else [value])


class SendAgainColumn(Column):
    """A button in the rows that wait for a decision, for those who may decide."""

    cell_template_name = "messaging/backoffice/send_again_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        is_shown = instance.state in FOR_A_PERSON and request.user.has_perm(SEND_AGAIN)
        return super().get_cell_context_data(instance, parent_context) | {
            "url": reverse("outbox:send_again", args=[instance.pk]) if is_shown else "",
            "csrf_token": parent_context.get("csrf_token"),
        }


def receiver(row: Delivery) -> str:
    return str(row.message.person or ChannelCode.WEBHOOK.label)


def stamp(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


class OutboxView(GuardedReportView):
    """The letters of the people whom the viewer may see. Their texts are not shown: those are between two."""

    model = Delivery
    permission_required = "view"
    page_title = gettext_lazy("Outgoing letters")
    header_icon = "mail"
    index_url_name = INDEX
    index_results_url_name = "outbox:results"
    template_name = "messaging/backoffice/outbox.html"
    list_select_related = ("message__person",)
    default_ordering = "-queued_at"
    filterset_class = OutboxFilterSet
    is_searchable = False
    verbose_name = gettext_lazy("outgoing letter")
    verbose_name_plural = gettext_lazy("outgoing letters")
    columns = [
        Column("subject", label=gettext_lazy("subject"), accessor="message.subject"),
        Column("person", label=pgettext_lazy("delivery", "For"), accessor=lambda row: receiver(row)),
        Column("channel", label=pgettext_lazy("delivery", "Channel"), accessor="get_channel_display"),
        StatusTagColumn(
            "state", label=gettext_lazy("State"), accessor="get_state_display",
            primary=lambda row: row.state in FOR_A_PERSON,
        ),
        Column("fault", label=pgettext_lazy("delivery", "What happened"), accessor="fault"),
        Column("attempts", label=gettext_lazy("Attempts"), accessor=lambda row: f"{row.attempts}"),
        Column(
            "queued_at", label=pgettext_lazy("delivery", "Since"), accessor=lambda row: stamp(row.queued_at),
            sort_key="queued_at",
        ),
        Column("sent_at", label=gettext_lazy("sent at"), accessor=lambda row: stamp(row.sent_at), sort_key="sent_at"),
        SendAgainColumn("again", label=gettext_lazy("Decide")),
    ]  # fmt: skip

    def filter_queryset(self, queryset: Any) -> Any:
        """What is not to be mailed is shown to those who ask for it: it would hide the rest."""
        found = super().filter_queryset(queryset)
        return found if self.request.GET.get("state") else found.exclude(state=DeliveryState.SKIPPED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = tally(self.get_base_queryset(), timezone.now())
        shown = [(label, found.counts[state]) for state, label in DeliveryState.choices]
        return super().get_context_data(**kwargs) | {
            "states": shown, "oldest": stamp(found.oldest), "stuck": found.stuck, "stuck_value": STUCK,
        }  # fmt: skip


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one letter back; asked of the permission and of the row."""
    if not request.user.has_perm(SEND_AGAIN):
        raise PermissionDenied
    delivery = get_object_or_404(visible_rows(Delivery, request.user, ("change",)), pk=pk)
    try:
        outbox.send_again(delivery=delivery, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in
        messages.success(request, _("The letter goes out again within a minute."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(INDEX)
