"""`{% once %}`: the hidden key that makes sending a form twice the same as sending it once (`core.idempotency`)."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.idempotency import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4().hex)
