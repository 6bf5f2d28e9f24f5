"""Everything that a page says, piece by piece, each with the place in the editor where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField

from core.models import Material, Picture

LEFT_OUT = {"slug", "url_path", "path", "draft_title", "comment_notifications", "translation_key"}


@dataclass(frozen=True)
class Piece:
    """One piece of text. `anchor` is the part of the editor's address that leads there."""

    where: str
    anchor: str
    text: str


def pieces(page: Any) -> Iterator[Piece]:
    """Return the page's own texts, then those of the files and pictures that it uses. A constant number of queries."""
    for field in page._meta.concrete_fields:  # noqa: SLF001 - Django's documented name
        value = getattr(page, field.attname, None)
        if isinstance(field, StreamField):
            yield from _of_blocks(field, value)
        elif _is_text(field) and value:
            yield Piece(_label(field), f"#id_{field.name}", str(value))
    yield from _of_files(page)


def _is_text(field: Any) -> bool:
    if field.name in LEFT_OUT or field.choices or not field.editable:
        return False
    return isinstance(field, (models.CharField, models.TextField, RichTextField)) and not field.primary_key


def _label(field: Any) -> str:
    return str(field.verbose_name)


def _of_blocks(field: Any, value: Any) -> Iterator[Piece]:
    for number, child in enumerate(value or (), start=1):
        text = "\n".join(str(part) for part in child.block.get_searchable_content(child.value))
        where = _("%(field)s, block %(number)d (%(kind)s)") % {
            "field": _label(field), "number": number, "kind": child.block.label,
        }  # fmt: skip
        yield Piece(where, f"#block-{child.id}-section", text)


def references(page: Any) -> Iterator[tuple[type, str, str]]:
    """What the page refers to: (model, key, id of the block or empty), from its blocks, texts and foreign keys."""
    for field in page._meta.get_fields():  # noqa: SLF001 - Django's documented name
        if hasattr(field, "extract_references"):
            for model, key, _path, content_path in field.extract_references(getattr(page, field.name, None) or []):
                yield model, key, content_path.split(".")[0]
        elif isinstance(field, models.ForeignKey) and getattr(page, field.attname, None):
            yield field.related_model, str(getattr(page, field.attname)), ""


def _of_files(page: Any) -> Iterator[Piece]:
    found = [(model, key, block) for model, key, block in references(page) if model in (Material, Picture)]
    blocks = {(model, str(key)): block for model, key, block in found}
    for model in (Material, Picture):
        keys = {key for kind, key in blocks if kind is model}
        for file in model.objects.filter(pk__in=keys) if keys else ():
            block = blocks[model, str(file.pk)]
            anchor = f"#block-{block}-section" if block else ""
            name = _("file “%(title)s”") % {"title": file.title}
            yield Piece(name, anchor, f"{file.title}\n{file.filename}\n{getattr(file, 'description', '')}")
            yield Piece(_("text of the %(file)s") % {"file": name}, anchor, getattr(file, "text", ""))
