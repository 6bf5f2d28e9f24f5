"""What a quotation of a law says of its version: whether it still holds, and which one holds now."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from core.freshness import kept

if TYPE_CHECKING:
    from core.models import StatuteVersion

KEPT_ON_REQUEST = "statutes_in_force"


@dataclass(frozen=True)
class Citation:
    """A quotation as readers see it. `newer` is the version in force if it is not the cited one."""

    law: str
    version: str
    newer: StatuteVersion | None = None
    not_yet: datetime.date | None = None


def in_force(day: datetime.date) -> dict[int, StatuteVersion]:
    """Return the version of each statute that holds on that day, by statute. One query, kept until one changes."""
    return kept(f"statutes:{day}", lambda: _read(day))


def citation(value: Any, request: Any = None) -> Citation:
    """Return what stands below a quotation (the value of a `StatuteBlock`).

    The versions in force are read once for a request, however many quotations its page has.
    """
    source = value.get("source")
    if source is None:
        return Citation(value["law"], value["version"])
    today = timezone.localdate()
    law = value["law"] or source.statute.name
    version = value["version"] or source.label
    if source.in_force_from > today:
        return Citation(law, version, not_yet=source.in_force_from)
    current = _for_request(request, today).get(source.statute_id)
    is_old = current is not None and current.in_force_from > source.in_force_from
    return Citation(law, version, newer=current if is_old else None)


def _for_request(request: Any, day: datetime.date) -> dict[int, StatuteVersion]:
    if request is None:
        return in_force(day)
    if not hasattr(request, KEPT_ON_REQUEST):
        setattr(request, KEPT_ON_REQUEST, in_force(day))
    return getattr(request, KEPT_ON_REQUEST)  # type: ignore[no-any-return]


def _read(day: datetime.date) -> dict[int, StatuteVersion]:
    from core.models import StatuteVersion  # blocks load before the models that use them

    versions = StatuteVersion.objects.in_force(day).select_related("statute")
    return {version.statute_id: version for version in versions}
