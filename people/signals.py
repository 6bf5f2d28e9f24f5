"""Facts told upward: apps above receive them, this app never knows who listens. Sent inside the transaction."""

from django.dispatch import Signal

roles_synced = Signal()  # summary, by: add to the summary what you changed yourself
import_waits = Signal()  # batch: there is work for `people.tasks`
people_imported = Signal()  # pks: whose search entries are to be made anew
