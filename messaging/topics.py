"""Which kinds of letters there are: each app declares its own when it starts.

declare(Topic.SIGN_UPS, "confirmed", "waitlisted")
"""

from __future__ import annotations

from messaging.enums import Topic

_topics: dict[str, Topic] = {}


def declare(topic: Topic, *kinds: str) -> None:
    """Say that letters of these kinds belong to the topic."""
    _topics.update(dict.fromkeys(kinds, topic))


def topic_of(kind: str) -> Topic:
    """Return the topic of a kind of letter. Raises LookupError for a kind that nobody has declared."""
    return _topics[kind]
