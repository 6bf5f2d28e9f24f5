"""Parts of our pages that apps above this one fill: they register a provider, the page asks for its sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Place(StrEnum):
    """Where a section may stand, and the facts that its provider is given."""

    CHANNEL = "channel"  # person, channel, professions, at
    CHANNEL_READER = "channel_reader"  # the same; only for a reader who is signed in: what he or she is short of
    MY = "my"  # person, at


@dataclass(frozen=True)
class Section:
    """One part: its template, which finds `context` under the name `section`."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Provider = Callable[..., Section | None]
_providers: dict[Place, dict[Provider, int]] = defaultdict(dict)


def provide(place: Place, provider: Provider, *, order: int = 100) -> None:
    """Let the provider add a section at that place; lower orders stand first. Return None for no section."""
    _providers[place][provider] = order


def sections(place: Place, **facts: Any) -> list[Section]:
    """Return the sections of that place for these facts."""
    ordered = sorted(_providers[place], key=_providers[place].__getitem__)
    return [section for section in (provider(**facts) for provider in ordered) if section]
