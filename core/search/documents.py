"""What the index keeps of an object: the texts of its search fields, each read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Manager
from modelsearch.index import AutocompleteField, RelatedFields, SearchField

TITLE_BOOST = 2  # a field with this boost counts as a title: a person's name


class Document(NamedTuple):
    """The texts of one object, as they were written."""

    object_id: str
    title: str
    body: str
    autocomplete: str


def read(obj: Any) -> Document:
    """Return the texts of the object's search fields."""
    title: list[str] = []
    body: list[str] = []
    autocomplete: list[str] = []
    for field, text in _texts(obj, obj.get_search_fields()):
        if isinstance(field, AutocompleteField):
            autocomplete.append(text)
        else:
            (title if _is_title(field) else body).append(text)
    return Document(str(obj.pk), "\n".join(title), "\n".join(body), "\n".join(autocomplete))


def _is_title(field: SearchField) -> bool:
    return field.field_name == "title" or (field.boost or 0) >= TITLE_BOOST


def _texts(obj: Any, fields: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    for field in fields:
        if isinstance(field, SearchField | AutocompleteField):
            yield field, _as_text(field.get_value(obj))
        elif isinstance(field, RelatedFields):
            for related in _related(field.get_value(obj)):
                yield from _texts(related, field.fields)


def _related(value: Any) -> Iterable[Any]:
    if isinstance(value, Manager):
        return value.all()
    value = value() if callable(value) else value
    return [] if value is None else [value]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set):
        return "\n".join(map(_as_text, value))
    return str(value)
