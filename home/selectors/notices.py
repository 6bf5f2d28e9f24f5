"""Notices in lists: each reader those that he or she may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core.privacy import public
from courses.permissions import readable_pages
from home.models import NoticePage
from people.models import Profession


def notices(person: Any) -> QuerySet[NoticePage]:
    """Published notices without their texts, the newest first."""
    found = public(NoticePage.objects.live()).defer("body")
    return readable_pages(found, person).order_by("-published_on", "-pk")  # type: ignore[no-any-return]


def notices_for(professions: Iterable[Profession], person: Any) -> QuerySet[NoticePage]:
    """Notices that name one of the professions."""
    through = NoticePage.professions.through.objects.filter(profession__in=list(professions))
    return notices(person).filter(pk__in=through.values("noticepage"))


def categories(found: QuerySet[NoticePage]) -> list[str]:
    """The kinds among the notices."""
    return list(found.order_by("category").values_list("category", flat=True).distinct())


def years(found: QuerySet[NoticePage]) -> list[int]:
    """The years of the notices, the last one first."""
    return [day.year for day in found.order_by().dates("published_on", "year", order="DESC")]
