"""A part of a template that all readers see alike is kept as text: `{% kept "course-text" page.pk %}…{% endkept %}`."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.freshness import kept

register = template.Library()


class KeptNode(template.Node):
    """Keeps what stands inside under the words of the tag and the language; a preview is never kept."""

    def __init__(self, nodelist: NodeList, words: list[FilterExpression]) -> None:
        self.nodelist, self.words = nodelist, words

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        if request is None or getattr(request, "is_preview", False):
            return self.nodelist.render(context)
        key = ":".join(str(word.resolve(context)) for word in self.words)
        text = kept(f"part:{request.get_host()}:{get_language()}:{key}", lambda: str(self.nodelist.render(context)))
        return mark_safe(text)  # noqa: S308 - rendered, and escaped, by the node itself


@register.tag("kept")
def keep(parser: Parser, token: Token) -> KeptNode:
    """Take the words that tell this part from others; nothing inside may depend on the reader or on the clock."""
    words = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    if not words:
        raise template.TemplateSyntaxError("{% kept %} needs words that tell the part from others.")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, words)
