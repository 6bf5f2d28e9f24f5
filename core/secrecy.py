"""The secrecy check: words that make the site ask before a page is sent on, and the answers that it keeps.

A cheap check against accidents (保守国家秘密法 31, 64). It knows words, not secrets. An answer holds for the very
places that it named: a new word, or an old one in new company, asks anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import PageLogEntry, Revision

from core.errors import Refusal
from core.models import SecrecyWords
from core.page_text import Piece, pieces
from core.search.text import fold

ACTION = "core.secrecy_confirmed"
BLANKS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
AROUND = 12


@dataclass(frozen=True)
class Hit:
    """One word at one place, with a few characters around it."""

    word: str
    where: str
    anchor: str
    excerpt: str

    @property
    def key(self) -> str:
        """What an answer is for: the word and what stands around it, wherever the paragraph moves."""
        return hashlib.sha256(f"{self.word}|{self.excerpt}".encode()).hexdigest()[:16]


class Unconfirmed(Refusal):
    """A page with words of the list, and nobody has answered for them."""

    code = "secrecy_unconfirmed"
    message = gettext_lazy("The page holds words of the secrecy check. Please open it, check it and confirm.")


def plain(text: str) -> str:
    """Fold the text and drop blanks: 机 密, 機密 and 机密 are one word."""
    return BLANKS.sub("", fold(text))


def word_in(text: str) -> str:
    """Return the first word of the list that stands in the text; empty if none does."""
    folded = plain(text)
    return next((word for word in SecrecyWords.load().word_list if plain(word) in folded), "")


def hits(page: Any) -> list[Hit]:
    """Every word of the list in the page, its file names and the text of its files, once for each piece."""
    words = [(word, plain(word)) for word in SecrecyWords.load().word_list]
    return [hit for piece in pieces(page) for hit in _in_piece(piece, words)] if words else []


def _in_piece(piece: Piece, words: Iterable[tuple[str, str]]) -> Iterable[Hit]:
    text = plain(piece.text)
    for word, folded in words:
        for found in re.finditer(re.escape(folded), text):
            excerpt = text[max(0, found.start() - AROUND) : found.end() + AROUND]
            yield Hit(word, piece.where, piece.anchor, excerpt)


def answers(page: Any) -> list[PageLogEntry]:
    """Who confirmed what, the newest first."""
    if page.pk is None:
        return []
    return list(PageLogEntry.objects.filter(page=page.pk, action=ACTION).select_related("user").order_by("-timestamp"))


def unconfirmed(page: Any) -> list[Hit]:
    """The hits for which nobody has answered yet."""
    found = hits(page)
    known = {key for entry in answers(page) for key in entry.data.get("keys", [])} if found else set()
    return [hit for hit in found if hit.key not in known]


def confirm(*, page: Any, found: Iterable[Hit], by: Any, revision: Revision | None = None) -> None:
    """Keep the answer: the person has checked these places and found no state secret and no work secret in them."""
    places = list(found)
    data = {
        "keys": sorted({hit.key for hit in places}),
        "hits": [{"word": hit.word, "where": hit.where, "excerpt": hit.excerpt} for hit in places],
    }
    log(instance=page, action=ACTION, user=by, revision=revision, data=data)


def require_confirmed(page: Any) -> None:
    """Raise Unconfirmed if the page must not go further yet. `page` is the content that is to be sent on."""
    found = unconfirmed(page)
    if found:
        message = _("“%(page)s” holds words of the secrecy check: %(words)s. Please open it, check it and confirm.")
        raise Unconfirmed(message % {"page": page.title, "words": said(found)})


def said(found: Iterable[Hit]) -> str:
    """The words, each once."""
    return "、".join(dict.fromkeys(hit.word for hit in found))
