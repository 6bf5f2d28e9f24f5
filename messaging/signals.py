"""Facts told upward, after the transaction has committed."""

from django.dispatch import Signal

letters_due = Signal()  # something in the outbox can go out now
