"""Letters to people: the inbox on the site, and the ways out of it."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from messaging import checks, invariants  # noqa: F401 - registers the checks
        from messaging.services import deliver  # noqa: F401 - registers the job of the clock
        from messaging.signals import letters_due
        from messaging.tasks import deliver_soon

        letters_due.connect(deliver_soon, dispatch_uid="deliver-letters")
