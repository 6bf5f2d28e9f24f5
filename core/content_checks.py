"""What an editor may want to look at again before a page goes public. Advice: nothing here stops anybody from saving.

A check is a function of the page that returns hints; `check()` registers it for every page that `applies`. Apps above
register their own. Wagtail's checks in the preview look at the finished page, these at what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from core.models import Material
from core.page_text import references

Check = Callable[[Any], Iterator["Hint"]]
_checks: list[Check] = []
FILE_OF = {"image": "image", "document": "document", "video": "video", "audio": "audio"}


@dataclass(frozen=True)
class Hint:
    """One piece of advice. `anchor` is the part of the editor's address that leads to the place; it may be empty."""

    code: str
    text: str
    anchor: str = ""


def check(function: Check) -> Check:
    """Register a check."""
    _checks.append(function)
    return function


def hints(page: Any) -> list[Hint]:
    """Return everything that the checks say of the page as it is in memory. Three queries at most."""
    return [hint for function in _checks for hint in function(page)]


def field_anchor(name: str) -> str:
    return f"#id_{name}"


def block_anchor(child: Any) -> str:
    return f"#block-{child.id}-section"


def blocks(page: Any) -> Iterator[Any]:
    """The blocks of the page's text, if it has one."""
    yield from getattr(page, "body", None) or ()


@check
def empty_summary(page: Any) -> Iterator[Hint]:
    """Lists and search results show the summary."""
    if hasattr(page, "summary") and not page.summary.strip():
        yield Hint(
            "summary", _("The summary is empty; lists and search results then show nothing."), field_anchor("summary")
        )


@check
def pictures_without_alternative_text(page: Any) -> Iterator[Hint]:
    """A picture tells nothing to readers who cannot see it; left empty on purpose it is decoration."""
    for child in blocks(page):
        if child.block_type == "image":
            pictures = [child.value]
        elif child.block_type == "gallery":
            pictures = list(child.value["pictures"])
        else:
            continue
        silent = sum(1 for picture in pictures if picture["image"] and not picture["alt_text"].strip())
        if silent:
            text = _("%(number)d picture without alternative text. If it is not decoration, say what it shows.")
            yield Hint("alt", text % {"number": silent}, block_anchor(child))


@check
def order_of_headings(page: Any) -> Iterator[Hint]:
    """A subsection stands in a section, and a heading says something."""
    in_section = False
    for child in blocks(page):
        if child.block_type != "heading":
            continue
        words, level = child.value["text"].strip(), child.value["level"]
        if not words:
            yield Hint("empty_heading", _("A heading is empty."), block_anchor(child))
        if level == "3" and not in_section:
            text = _("The subsection “%(heading)s” stands before the first section.") % {"heading": words}
            yield Hint("heading_order", text, block_anchor(child))
        in_section = in_section or level == "2"


@check
def statute_without_article(page: Any) -> Iterator[Hint]:
    """A quotation without its article cannot be looked up."""
    for child in blocks(page):
        if child.block_type == "statute" and not child.value["article"].strip():
            yield Hint("article", _("A statute is quoted without its article."), block_anchor(child))


@check
def dead_links(page: Any) -> Iterator[Hint]:
    """Pages and files that are linked but gone, or not published. Two queries."""
    linked: dict[type, dict[str, str]] = {Page: {}, Material: {}}
    for model, key, block in references(page):
        kind = Page if issubclass(model, Page) else model
        if kind in linked and block:
            linked[kind].setdefault(str(key), block)
    yield from _dead(Page, linked[Page], _("A link leads to a page that was deleted or is not published."))
    yield from _dead(Material, linked[Material], _("A link leads to a file that was deleted."))


@check
def missing_files(page: Any) -> Iterator[Hint]:
    """A file or picture that was deleted leaves an empty block behind."""
    for child in blocks(page):
        field = FILE_OF.get(child.block_type)
        if field and child.value[field] is None:
            text = _("%(kind)s: nothing is chosen, or the file was deleted.") % {"kind": child.block.label}
            yield Hint("missing_file", text, block_anchor(child))


def _dead(model: type, linked: dict[str, str], text: str) -> Iterator[Hint]:
    if not linked:
        return
    rows = model.objects.filter(pk__in=linked)  # type: ignore[attr-defined]
    alive = {str(pk) for pk in (rows.live() if model is Page else rows).values_list("pk", flat=True)}
    for key, block in linked.items():
        if key not in alive:
            yield Hint("dead_link", text, f"#block-{block}-section")
