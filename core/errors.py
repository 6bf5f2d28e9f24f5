"""Refusals: what a service says when a rule forbids the change."""

from django.utils.functional import Promise


class Refusal(Exception):
    """A rule said no.

    `code` is stable and fit for an API; `message` is a sentence for the person, already in the reader's language.
    Each app derives its own base class and one class per rule.
    """

    code = "refused"
    message: str | Promise = ""

    def __init__(self, message: str | Promise = "", *, code: str = "") -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)
