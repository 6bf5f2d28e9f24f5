"""Facts told to whoever delivers messages. Sent after the transaction."""

from django.dispatch import Signal

people_reminded = Signal()  # reminders
