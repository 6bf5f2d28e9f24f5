"""Weak signals as sentences for the trainer."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import dates
from courses.selectors.signals import Kind, Signal, Signals

SENTENCES: Mapping[Kind, str | Promise] = {
    Kind.SAME_PHONE: _("Same phone as %(names)s"),
    Kind.OTHER_PHONE: _("Scanned on one phone, signed in on another"),
    Kind.SLOW: _("Scanned at %(scanned)s, signed in at %(signed_in)s"),
    Kind.GUESSED: _("Typed %(tries)s wrong codes first"),
    Kind.MARKED_AWAY: _("Checked in by phone at %(scanned)s, marked otherwise"),
    Kind.NOT_SEEN: _("Not seen at the roll-call"),
    Kind.NO_CHECK_OUT: _("Has not checked out"),
}


def reasons(signals: Signals) -> dict[int, list[str]]:
    """Sentences by enrolment id."""
    return {pk: [sentence(one) for one in found] for pk, found in signals.items()}


def sentence(signal: Signal) -> str:
    times = ("scanned", "signed_in")
    facts = {name: dates.clock(value) if name in times else value for name, value in signal.facts.items()}
    return str(SENTENCES[signal.kind]) % facts
