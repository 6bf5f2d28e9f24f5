"""Profiles as other pages link to them."""

from __future__ import annotations

from courses.presenters.teachers import Named
from home.selectors.trainers import public_profiles


def profiles() -> dict[int, Named]:
    """Return the public profiles by person, for the pages of courses and classes."""
    return {person: Named(name, url) for person, (name, url) in public_profiles().items()}
