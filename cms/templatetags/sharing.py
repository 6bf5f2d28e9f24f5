"""The head of a page as other programs read it."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms import sharing

register = template.Library()
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.inclusion_tag("components/share.html", takes_context=True)
def share_card(context: Any) -> dict[str, Any]:
    """Title, sentence, picture and the one address of the page that is shown."""
    request = context.get("request")
    card = sharing.card(request, context) if request else None
    return {"card": card, "frame": context.get("frame"), "LANGUAGE_CODE": context.get("LANGUAGE_CODE")}


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: Any) -> SafeString:
    """The breadcrumb as data for search engines; of pages that they may not see there is none."""
    request, crumbs = context.get("request"), context.get("crumbs") or []
    page = context.get("page")
    if request is None or not (crumbs or page) or sharing.card(request, context) is None:
        return SafeString("")
    whole = [{"title": _("Home"), "url": "/"}, *crumbs]
    data = json.dumps(sharing.trail(request, whole, page), ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308 - escaped the line before
