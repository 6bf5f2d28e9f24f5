"""Names of those who teach, as one reader may see them.

The site publishes nobody's name by itself: visitors read the name of a trainer or supervisor only if that person has a
published profile. An app above says who has one (`use_profiles`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from courses.models import ClassSession
from people.models import User


@dataclass(frozen=True)
class Named:
    """A person by name; `url` leads to the profile, if there is one."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class SessionLine:
    """A session of the timetable with the trainers whose names the reader may see."""

    session: ClassSession
    trainers: list[Named]


Profiles = Callable[[], Mapping[int, Named]]
_sources: list[Profiles] = []


def use_profiles(profiles: Profiles) -> None:
    """Ask this function for the public profiles, by person."""
    _sources[:] = [profiles]


def profiles() -> Mapping[int, Named]:
    """Return the public profiles by person."""
    return _sources[0]() if _sources else {}


def named(person: User | None, reader: Any, known: Profiles = profiles) -> Named | None:
    """Return how the reader sees the person; None if he or she may not see the name."""
    if person is None:
        return None
    found = known().get(person.pk)
    return found or (Named(str(person)) if reader.is_authenticated else None)


def timetable(sessions: Iterable[ClassSession], reader: Any) -> list[SessionLine]:
    """Present sessions that come with their trainers; the profiles are looked up once, if there is a trainer."""
    known = cache(profiles)
    return [
        SessionLine(session, [name for one in session.trainers.all() if (name := named(one, reader, known))])
        for session in sessions
    ]


def teachers_with_profile(people: Iterable[int]) -> list[Named]:
    """Return the profiles of those of the people who have one, by name."""
    public = profiles()
    return sorted((public[pk] for pk in set(people) if pk in public), key=lambda one: one.name)
