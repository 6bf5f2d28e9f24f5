"""System checks: what the environment says about the group chat fits together."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from messaging.channels.webhook import FORMATS

SIGNED = ("json", "dingtalk")


@checks.register()
def webhook_is_complete(**_kwargs: Any) -> list[checks.CheckMessage]:
    if not settings.WEBHOOK_URL:
        return []
    found: list[checks.CheckMessage] = []
    target = urlsplit(settings.WEBHOOK_URL)
    if target.scheme not in ("https", "http") or not target.hostname:
        found.append(checks.Error("WEBHOOK_URL must be an https address.", id="messaging.E001"))
    if settings.WEBHOOK_FORMAT not in FORMATS:
        found.append(checks.Error(f"WEBHOOK_FORMAT must be one of {', '.join(FORMATS)}.", id="messaging.E002"))
    if settings.WEBHOOK_FORMAT in SIGNED and not settings.WEBHOOK_SECRET:
        found.append(checks.Error("WEBHOOK_SECRET is missing: notices would not be signed.", id="messaging.E003"))
    return found
