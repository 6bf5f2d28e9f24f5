"""Whom a notice asks to confirm that it was read. The rule stands once, in `Audience.includes`.

It is asked of sets: of many notices for one person (what waits for me), and of many people for one notice (who has
not). Both take the same number of queries however many rows there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from home.models import NoticePage
from people.enums import ReadingScope
from people.models import Membership, PageReader, Unit, User

Circle = PageReader


@dataclass(frozen=True)
class Asked:
    """What the rule needs to know of one person: the own unit with those above it, and the professions."""

    pk: int
    units: frozenset[int]
    professions: frozenset[int]


@dataclass(frozen=True)
class Audience:
    """Whom one notice asks: people of its units who have one of its professions and may read it.

    An empty set of units or professions leaves nobody out. `circles` are the circles of readers of the notice and of
    each page above it that has any.
    """

    units: frozenset[int] = frozenset()
    professions: frozenset[int] = frozenset()
    circles: tuple[tuple[Circle, ...], ...] = field(default=())

    def includes(self, person: Asked) -> bool:
        """True if the person is asked. People who belong to no unit (technical accounts) never are."""
        return (
            bool(person.units)
            and (not self.units or bool(self.units & person.units))
            and (not self.professions or bool(self.professions & person.professions))
            and all(any(_admits(circle, person) for circle in circles) for circles in self.circles)
        )


def _admits(circle: Circle, person: Asked) -> bool:
    if circle.scope == ReadingScope.MEMBERS:
        return True
    return circle.unit_id in person.units or circle.person_id == person.pk


def audiences(notices: Iterable[NoticePage]) -> dict[int, Audience]:
    """Return whom each notice asks, by notice. Four queries."""
    rows = list(notices)
    pks = [notice.pk for notice in rows]
    units = _pairs(NoticePage.confirm_units.through, pks, "unit_id")
    professions = _pairs(NoticePage.confirm_professions.through, pks, "profession_id")
    circles = _circles(rows)
    return {
        notice.pk: Audience(frozenset(units[notice.pk]), frozenset(professions[notice.pk]), circles[notice.pk])
        for notice in rows
    }


def _pairs(through: Any, notices: list[int], column: str) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for notice, other in through.objects.filter(noticepage__in=notices).values_list("noticepage_id", column):
        found[notice].add(other)
    return found


def _circles(notices: list[NoticePage]) -> dict[int, tuple[tuple[Circle, ...], ...]]:
    step = Page.steplen
    above = {notice.pk: {notice.path[:end] for end in range(step, len(notice.path) + 1, step)} for notice in notices}
    by_path: dict[str, list[Circle]] = defaultdict(list)
    wanted = set().union(*above.values()) if above else set()
    for circle in PageReader.objects.filter(page__path__in=wanted).select_related("page"):
        by_path[circle.page.path].append(circle)
    return {pk: tuple(tuple(by_path[path]) for path in sorted(paths) if path in by_path) for pk, paths in above.items()}


def facts_of(people: Any) -> list[Asked]:
    """Return the facts of a set of people, those of today. Four queries."""
    pks = list(people.values_list("pk", flat=True))
    chains = _chains()
    belongs = dict(Membership.objects.current().filter(person__in=people.values("pk")).values_list("person", "unit"))
    holds: dict[int, set[int]] = defaultdict(set)
    pairs = User.professions.through.objects.filter(user__in=people.values("pk"))
    for person, profession in pairs.values_list("user_id", "profession_id"):
        holds[person].add(profession)
    return [Asked(pk, chains.get(belongs.get(pk), frozenset()), frozenset(holds[pk])) for pk in pks]


def _chains() -> dict[int | None, frozenset[int]]:
    """Every unit with itself and the units above it."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))

    def chain(pk: int | None) -> frozenset[int]:
        found: set[int] = set()
        while pk is not None and pk not in found:
            found.add(pk)
            pk = parents.get(pk)
        return frozenset(found)

    return {pk: chain(pk) for pk in parents}
