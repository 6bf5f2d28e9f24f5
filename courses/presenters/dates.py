"""Dates as people here say them: they stand in `core.dates`, because letters need them below the presenters."""

from core.dates import *  # noqa: F403 - the same names under the address that the presenters know
